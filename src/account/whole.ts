/** What AWS decides about pulls and logins, by everything that it holds. */
import { EVERYTHING, type CompiledPolicy } from "../access/compiledPolicy";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import type { AccountContext } from "./context";
import { ownDenyOf } from "./ownDeny";
import { boundaryOf, policiesOfGroup } from "./effects";
import {
  accountAsker,
  apart,
  ask,
  managedPolicy,
  readable,
  userAsker,
  type Answer,
  type Asker,
  type Readable,
} from "./judge";
import { placeKey, type ObservedUser } from "./observed";
import { repositoryArn } from "../access/arns";
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import { EvaluationError } from "../access/evaluationError";

/** What one who asks can do today. */
export interface WholeAccess {
  /** Undefined: it depends on something that is not known. */
  logsIn?: boolean;
  /** Places that it can pull. */
  pulls: ReadonlySet<string>;
  /** Places about which AWS's answer depends on something that is not known, and on what. */
  unknown: ReadonlyMap<string, string>;
}

/** What a user of the account can do; undefined when too little of it was read. */
export function accessOfUser(context: AccountContext, user: ObservedUser): WholeAccess | undefined {
  const policies = identityOf(context, user);
  if (policies === undefined) return undefined;
  const { settings, time } = context;
  let asker: Asker;
  try {
    asker = userAsker(user, settings.account, time);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return undefined;
  }
  const boundary = boundaryOf(context, user);
  const { policies: identity } = apart(policies);
  const answer = (question: { action: string; resource: string }, resource?: CompiledPolicy) => {
    const found = ask(asker, question, { identity, ...(resource && { resource }) });
    if (boundary === undefined) return found;
    return withinBoundary(asker, question, boundary, found, resource);
  };
  const login = answer({ action: "ecr:GetAuthorizationToken", resource: "*" });
  return {
    ...(typeof login === "string" ? { logsIn: login === "Allowed" } : {}),
    ...pullsOf(context, answer),
  };
}

/** What another AWS account, or a role of it, can pull: it decides by itself who of it logs in. */
export function accessOfAccount(
  context: AccountContext,
  arn: string,
  account: string,
): WholeAccess {
  const asker = accountAsker(arn, account, context.time);
  // Across accounts both sides have to allow, and the other side is out of our sight.
  const identity = asker.caller.kind === "role" ? [EVERYTHING] : [];
  const found = pullsOf(context, (question, resource) =>
    ask(asker, question, { identity, ...(resource && { resource }) }),
  );
  return found;
}

/**
 * A boundary limits what an identity's own policies give, and denies; what a repository's policy gives a
 * user by its name, it does not limit (IAM user guide, "Policy evaluation logic").
 */
function withinBoundary(
  asker: Asker,
  question: { action: string; resource: string },
  boundary: CompiledPolicy,
  found: Answer,
  resource: CompiledPolicy | undefined,
): Answer {
  const limit = ask(asker, question, { identity: [boundary] });
  if (limit === "ExplicitlyDenied" || found !== "Allowed" || limit === "Allowed") {
    return limit === "ExplicitlyDenied" ? limit : found;
  }
  if (resource === undefined) return limit;
  return ask(asker, question, { identity: [], resource }) === "Allowed" ? found : limit;
}

function pullsOf(
  context: AccountContext,
  answer: (
    question: { action: string; resource: string },
    resource: CompiledPolicy | undefined,
  ) => Answer,
): Pick<WholeAccess, "pulls" | "unknown"> {
  const { account, repositories } = context.settings;
  const pulls = new Set<string>();
  const unknown = new Map<string, string>();
  for (const [repository, { regions }] of repositories) {
    for (const region of regions) {
      const key = placeKey(repository, region);
      const policy = policyAt(context, key, region);
      if (policy === undefined) continue;
      if ("unknown" in policy) {
        unknown.set(key, policy.unknown);
        continue;
      }
      const resource = repositoryArn(account, region, repository);
      const answers = PULL_ACTIONS.map((action) => answer({ action, resource }, policy.policy));
      const open = answers.find((one): one is { unknown: string } => typeof one !== "string");
      if (answers.every((one) => one === "Allowed")) pulls.add(key);
      else if (open !== undefined) unknown.set(key, open.unknown);
    }
  }
  return { pulls, unknown };
}

const compiled = new WeakMap<AccountContext, Map<string, Readable | undefined>>();

/**
 * The policies of a repository and of its registry as one, because ECR enforces both (ECR user guide,
 * "Private registry permissions"). Undefined when they were not read.
 */
export function policyAt(
  context: AccountContext,
  key: string,
  region: string,
): Readable | undefined {
  const known = compiled.get(context) ?? new Map<string, Readable | undefined>();
  compiled.set(context, known);
  if (!known.has(key)) known.set(key, readAt(context, key, region));
  return known.get(key);
}

function readAt(
  { observed, readings }: AccountContext,
  key: string,
  region: string,
): Readable | undefined {
  const repository = observed.repositories.get(key);
  if (repository === undefined) return undefined;
  const documents = [repository.policy, observed.registries.get(region)?.policy];
  const read = documents.flatMap((document): Readable[] =>
    document === undefined ? [] : [readable(readings, "resource", document, "the policy")],
  );
  const { policies, unread } = apart(read);
  const [unknown] = unread;
  if (unknown !== undefined) return { unknown };
  const statements = policies.flatMap((policy) => policy.statements);
  return { policy: { kind: "resource", statements } };
}

/** All policies of a user; undefined when some were not read. */
function identityOf(context: AccountContext, user: ObservedUser): Readable[] | undefined {
  const { groups, inlinePolicies, attachedPolicies } = user;
  if (groups === undefined || inlinePolicies === undefined || attachedPolicies === undefined) {
    return undefined;
  }
  // What a group gives that was not read is not known.
  if (groups.some((name) => !context.groups.has(name))) return undefined;
  return [
    ...groups.flatMap((name) => policiesOfGroup(context, context.groups.get(name), name)),
    ...[...inlinePolicies].flatMap(([name, document]) =>
      name === DENY_POLICY_NAME
        ? (ownDenyOf(context, user) ?? [])
        : [readable(context.readings, "identity", document, `the inline policy ${name}`)],
    ),
    ...attachedPolicies.map((policy) => managedPolicy(context, policy)),
  ];
}
