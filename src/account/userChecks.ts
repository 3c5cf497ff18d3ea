import { USER_PATH } from "../access/arns";
import { PULL_TAG_VALUE } from "../access/tags";
import { joined } from "../access/statementWords";
import type { AccountContext } from "./context";
import { deltas, ofCustomer, type Found, restoredIf } from "./deviation";
import { boundaryEffects, everything } from "./effects";
import { managedPolicy } from "./judge";
import { placeKey } from "./observed";
import { loginDelta, pullDelta } from "./questions";

/** A customer's file stands for a user that AWS does not have. */
export function userMissing(context: AccountContext): Found[] {
  const { declared, observed } = context;
  if (observed.unread.some(({ part, name }) => part === "users" && name === undefined)) return [];
  const unread = new Set(
    observed.unread.flatMap(({ part, name }) => (part === "user" ? (name ?? []) : [])),
  );
  return context.users.flatMap(({ customer: { id }, content: { userName }, user }) => {
    if (user !== undefined || unread.has(userName)) return [];
    const isDeleted = declared.state?.userIds.has(id) === true;
    return {
      ...ofCustomer(id),
      what: `AWS has no user ${userName}`,
      ...deltas([], everything(context, id)),
      repair: "update" as const,
      wayOut: `The update creates the user with new keys; hand them over with \`ecr-customers handover ${id}\`.`,
      ...(isDeleted ? { origin: "an earlier update created it, and it was deleted since" } : {}),
    };
  });
}

/** AWS changes the ARN in policies with the path, so access stays (IAM user guide, "Managing IAM users"). */
export function userPath(context: AccountContext): Found[] {
  return context.present
    .filter(({ user }) => user.path !== USER_PATH)
    .map(({ customer: { id }, user: { name, path } }) => ({
      ...ofCustomer(id),
      what: `user ${name} is under ${path} instead of ${USER_PATH}, outside of what the roles of ecr-customers may change`,
      repair: "update",
      wayOut: `If the update is not allowed to move it: \`aws iam update-user --user-name ${name} --new-path ${USER_PATH}\`.`,
    }));
}

/** A user that was deleted and created again has another id: policies that named the old one do not let it in. */
export function userRecreated(context: AccountContext): Found[] {
  const recorded = context.declared.state?.userIds ?? new Map<string, string>();
  return context.present.flatMap(({ customer: { id }, user: { name, uniqueId } }) => {
    const known = recorded.get(id);
    if (known === undefined || known === uniqueId) return [];
    return {
      ...ofCustomer(id),
      what: `user ${name} was deleted and created again by hand: its id is ${uniqueId}, not ${known}`,
      repair: "update" as const,
    };
  });
}

/** A `pull:` tag is a grant; others only describe the user. */
export function userTags(context: AccountContext): Found[] {
  return context.present.flatMap(({ customer: { id }, content, user }) =>
    tagFindings(context, {
      id,
      words: `user ${user.name}`,
      found: user.tags,
      wanted: content.tags,
    }),
  );
}

/** How the tags of a user, or a role, differ from those of its file. */
export function tagFindings(
  context: AccountContext,
  one: {
    id: string;
    /** `user acme`. */
    words: string;
    /** Undefined when not read. */
    found?: Readonly<Record<string, string>> | undefined;
    wanted: Readonly<Record<string, string>>;
  },
): Found[] {
  const { id } = one;
  if (one.found === undefined) return [];
  // IAM compares the keys of tags without regard to case.
  const byKey = (tags: Readonly<Record<string, string>>) =>
    new Map(Object.entries(tags).map((tag) => [tag[0].toLowerCase(), tag]));
  const [found, expected] = [byKey(one.found), byKey(one.wanted)];
  const missing = [...expected].filter(([key]) => !found.has(key)).map(([, tag]) => tag);
  const extra = [...found].filter(([key]) => !expected.has(key)).map(([, tag]) => tag);
  const changed = [...expected].flatMap(([key, [name, value]]) => {
    const is = found.get(key)?.[1];
    return is === undefined || is === value ? [] : [[name, is, value] as const];
  });
  if (missing.length + extra.length + changed.length === 0) return [];
  const words = [
    ...missing.map(([key, value]) => `the tag ${key} (${value}) is missing`),
    ...extra.map(([key]) => `the tag ${key} is not in its file`),
    ...changed.map(([key, is, value]) => `the tag ${key} is ${is} instead of ${value}`),
  ];
  const gained = extra.filter(([, value]) => value === PULL_TAG_VALUE).map(([key]) => key);
  const lost = [...missing, ...changed].map(([key]) => key);
  const effects = deltas(
    pullDelta(context.settings, id, taggedPlaces(context, gained)),
    pullDelta(context.settings, id, taggedPlaces(context, lost)),
  );
  return [
    {
      ...ofCustomer(id),
      what: `${one.words}: ${joined(words)}`,
      ...effects,
      repair: restoredIf(effects),
    },
  ];
}

/** The places that pull tags open. */
export function taggedPlaces({ settings }: AccountContext, keys: readonly string[]): string[] {
  return keys.flatMap((key) => {
    const repository = /^pull:(.*)$/i.exec(key)?.[1]?.toLowerCase() ?? "";
    const its = settings.repositories.get(repository);
    if (its?.grants !== "tagged") return [];
    return its.regions.map((region) => placeKey(repository, region));
  });
}

/** The boundary that others put on a customer's user: the files ask for none. */
export function permissionsBoundary(context: AccountContext): Found[] {
  return context.present.flatMap((expected) => {
    const { name, permissionsBoundary: boundary } = expected.user;
    if (boundary === undefined || boundary === null) return [];
    const read = managedPolicy(context, boundary);
    const { less, notJudged } = boundaryEffects(context, expected, read);
    return {
      ...ofCustomer(expected.customer.id),
      what: `user ${name} has the permissions boundary ${boundary.name}, which no file declares`,
      ...deltas([], less, notJudged),
      // A boundary gives nothing.
      repair: "restore" as const,
      wayOut: `If the update is not allowed to remove it: \`aws iam delete-user-permissions-boundary --user-name ${name}\`.`,
    };
  });
}

/** Without the group a user can neither log in nor pull by tag. */
export function userNotInGroup(context: AccountContext): Found[] {
  const { group, settings } = context;
  return context.present.flatMap(({ customer: { id, repositories }, user: { name, groups } }) => {
    if (groups === undefined || groups.includes(group.name)) return [];
    const hasEnded = context.hasEnded(id);
    const tagged = repositories.map((repository) => `pull:${repository}`);
    const less = hasEnded
      ? []
      : [loginDelta(id), ...pullDelta(settings, id, taggedPlaces(context, tagged))];
    return {
      ...ofCustomer(id),
      what: `user ${name} is not in the group ${group.name}`,
      ...deltas([], less),
      repair: hasEnded ? ("update" as const) : ("restore" as const),
    };
  });
}
