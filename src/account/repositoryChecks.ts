import { hashOfIds } from "../access/repositoryPolicy";
import { statementGrants } from "../access/statementGrants";
import type { AccountContext } from "./context";
import { customersWords, deltas, type AccessDelta, type Found } from "./deviation";
import { placesOf, type Place } from "./places";
import { pullDelta } from "./questions";

/** What a deviation of a place begins with. */
export function ofPlace(
  { words }: Place,
  customers: Iterable<string> = [],
): Pick<Found, "subject" | "customers"> {
  return { subject: { kind: "repository", name: words }, customers: [...new Set(customers)] };
}

/** Customers that lose their pull at a place. */
export function losing(
  { settings }: AccountContext,
  { key }: Place,
  customers: Iterable<string>,
): AccessDelta[] {
  const ids = [...new Set(customers)];
  if (ids.length === 0) return [];
  const [delta] = pullDelta(settings, ids[0] ?? "", [key]);
  if (delta === undefined) return [];
  return [{ ...delta, who: customersWords(ids), pulls: { customers: ids, places: [key] } }];
}

function all({ expected }: Place): string[] {
  return expected.flatMap(({ customers }) => customers);
}

/** A repository of the catalogue that AWS does not have. */
export function repositoryMissing(context: AccountContext): Found[] {
  return placesOf(context)
    .filter(({ found }) => !found.exists)
    .map((place) => {
      const isOurs = context.settings.repositories.get(place.repository)?.create === true;
      return {
        ...ofPlace(place, all(place)),
        what: `AWS has no repository ${place.words}`,
        ...deltas([], losing(context, place, all(place))),
        repair: isOurs ? "update" : "operator",
        wayOut: isOurs
          ? "The update creates it, empty: push its images again."
          : "Create it, or remove it from the settings.",
      } as const;
    });
}

/** A repository without any policy, although the files declare one. */
export function repositoryPolicyMissing(context: AccountContext): Found[] {
  return placesOf(context)
    .filter(({ found, document }) => found.exists && found.policy === undefined && document)
    .map((place) => ({
      ...ofPlace(place, all(place)),
      what: `the policy of ${place.words} is missing`,
      ...deltas([], [...losing(context, place, all(place)), ...others(context, place)]),
      repair: "restore",
    }));
}

/** What the declared statements of others give, as what they lack. */
function others({ names }: AccountContext, { declared, words }: Place): AccessDelta[] {
  return statementGrants(declared, names)
    .filter(({ effect }) => effect === "allows")
    .map(({ who, what }) => ({ who, what: `${what} ${words}` }));
}

/** A policy that is not JSON, or not a policy. */
export function repositoryPolicyUnreadable(context: AccountContext): Found[] {
  return placesOf(context)
    .filter(({ found: { policy } }) => policy !== undefined && policy.document === undefined)
    .map((place) => ({
      ...ofPlace(place, all(place)),
      what: `the policy of ${place.words} is not JSON`,
      notJudged: ["what it allows"],
      repair: "operator",
      wayOut: `Look at it: \`aws ecr get-repository-policy --repository-name ${place.repository} --region ${place.region}\`.`,
    }));
}

/** The policy belongs to another stack, or lost the mark of this one. */
export function repositoryOwner(context: AccountContext): Found[] {
  return placesOf(context).flatMap((place): Found[] => {
    const { present, found, expected, words, repository } = place;
    if (found.policy?.document === undefined) return [];
    const { ownership } = present;
    if (ownership.kind === "other-stack") {
      const { project, stack } = ownership.owner;
      return [
        {
          ...ofPlace(place, all(place)),
          what: `the policy of ${words} was written by stack ${stack} of project ${project}`,
          repair: "operator",
          wayOut: `Remove ${repository} from the settings of one of the two stacks. If that stack is gone: \`ecr-customers up --take-over ${repository}\`.`,
        },
      ];
    }
    if (ownership.kind === "own" || expected.length === 0) return [];
    return [
      {
        ...ofPlace(place, all(place)),
        what: `the policy of ${words} does not name this stack in its Id`,
        repair: "update",
        origin:
          ownership.kind === "unnamed"
            ? "written by an earlier version of ecr-customers"
            : "written by others than ecr-customers",
      },
    ];
  });
}

/**
 * A policy is bound to the unique ids that its users and roles had when it was saved. Their hash is in its `Id`;
 * another hash, with the very principals that the files ask for, means that a user or role was re-created since.
 */
export function repositoryBinding(context: AccountContext): Found[] {
  return placesOf(context).flatMap((place): Found[] => {
    const { present, expected, words } = place;
    const { ownership, own } = present;
    if (ownership.kind !== "own" || own === undefined) return [];
    // An update that leaves a customer out says so itself; then the hash is of the others.
    const named = principalsIn(own);
    const bound = expected.filter(({ arn, movedTo = arn }) => named.has(arn) || named.has(movedTo));
    if (bound.length !== expected.length || named.size !== expected.length) return [];
    const isKnown = expected.every(
      ({ arn, uniqueId }) => uniqueId !== undefined || arn.endsWith(":root"),
    );
    if (!isKnown || ownership.hash === hashOfIds(expected)) return [];
    const { userIds, roleIds } = context.declared.state ?? {};
    const changed = expected.filter(({ arn, customers: [id = ""], uniqueId }) => {
      const known = (arn.includes(":role/") ? roleIds : userIds)?.get(id);
      return known !== undefined && known !== uniqueId;
    });
    const ids = changed.flatMap(({ customers }) => customers);
    return [
      {
        ...ofPlace(place, ids),
        what: `the policy of ${words} was saved before ${ids.length === 0 ? "one of its users or roles" : customersWords(ids)} was deleted and created again, and AWS does not let the new one in`,
        ...deltas([], losing(context, place, ids)),
        repair: "update",
      },
    ];
  });
}

/** The principals that a statement lists under `AWS`. */
export function principalsIn(statement: Readonly<Record<string, unknown>>): Set<string> {
  const { AWS } = (statement["Principal"] ?? {}) as { AWS?: unknown };
  return new Set([AWS].flat().filter((one) => typeof one === "string"));
}
