import { repositoryArn } from "../access/arns";
import { callerContext } from "../access/callerContext";
import type { CompiledPolicy } from "../access/compiledPolicy";
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import type { AccountContext } from "./context";
import { deltas, type AccessDelta, type Found } from "./deviation";
import { apart, ask, readable, type Answer, type Asker } from "./judge";
import { placeKey } from "./observed";
import { otherIdentities, type OtherIdentity } from "./otherPrincipals";
import { placesWords } from "./places";

/** What of a repository others may have: in words, and the actions that it takes, all of them. */
const RIGHTS: readonly (readonly [words: string, actions: readonly string[]])[] = [
  ["pull", PULL_ACTIONS],
  ["push to", ["ecr:InitiateLayerUpload", "ecr:PutImage"]],
  ["delete images of", ["ecr:BatchDeleteImage"]],
  ["write the policy of", ["ecr:SetRepositoryPolicy"]],
];

/**
 * A user or role of the account, not a customer's, whose own policies let it pull or write a repository of the
 * catalogue, and which the settings do not declare (`otherPrincipals`). It is named, never removed.
 */
export function otherPrincipal(context: AccountContext): Found[] {
  return otherIdentities(context).flatMap((one): Found[] => {
    const { more, notJudged } = rightsOf(context, one);
    if (more.length === 0 && notJudged.length === 0) return [];
    const { kind, name, arn } = one;
    return [
      {
        subject: { kind, name },
        customers: [],
        what: `${kind} ${name} has rights on repositories of the catalogue by its own policies, and the settings do not declare it`,
        ...deltas(more, [], notJudged),
        repair: "operator",
        wayOut: `If that is intended, declare it in the stack's settings: \`ecr-customers:otherPrincipals: [{ arn: "${arn}", reason: … }]\`. Otherwise find out in CloudTrail who gave it these rights, and remove them.`,
      },
    ];
  });
}

function rightsOf(
  context: AccountContext,
  { kind, name, policies, boundary, ...identified }: OtherIdentity,
): { more: AccessDelta[]; notJudged: string[] } {
  const { policies: identity, unread } = apart(policies);
  const limit = boundary === undefined ? undefined : apart([boundary]).policies;
  const { account, repositories } = context.settings;
  const asker = askerOf(context, identified);
  const notJudged = new Set(unread);
  const more = RIGHTS.flatMap(([words, actions]): AccessDelta[] => {
    const places = [...repositories].flatMap(([repository, { regions }]) =>
      regions.flatMap((region) => {
        const resource = repositoryArn(account, region, repository);
        const key = placeKey(repository, region);
        const answers = actions.map((action) =>
          answer(context, asker, { action, resource, key }, identity, limit),
        );
        for (const one of answers) if (typeof one !== "string") notJudged.add(one.unknown);
        return answers.every((one) => one === "Allowed") ? [key] : [];
      }),
    );
    if (places.length === 0) return [];
    return [{ who: `${kind} ${name}`, what: `${words} ${placesWords(places, repositories)}` }];
  });
  return { more, notJudged: [...notJudged] };
}

/** By its own policies, unless they, its boundary or the repository's policy deny it. */
function answer(
  context: AccountContext,
  asker: Asker,
  { key, ...question }: { action: string; resource: string; key: string },
  identity: readonly CompiledPolicy[],
  limit: readonly CompiledPolicy[] | undefined,
): Answer {
  const own = ask(asker, question, { identity });
  if (own !== "Allowed") return own;
  const within = limit === undefined ? own : ask(asker, question, { identity: limit });
  if (within !== "Allowed") return within;
  const policy = context.observed.repositories.get(key)?.policy;
  if (policy === undefined) return own;
  const read = readable(context.readings, "resource", policy, "the policy");
  if ("unknown" in read) return own;
  return ask(asker, question, { identity, resource: read.policy });
}

/** A role's session counts as the role: of the request nothing else is known than when it is made. */
function askerOf(
  { settings: { account }, time }: AccountContext,
  { arn, user }: Pick<OtherIdentity, "arn" | "user">,
): Asker {
  return {
    caller: { kind: "user", account, arn },
    context: callerContext({ arn, account, ...(user && { user }) }, time),
  };
}
