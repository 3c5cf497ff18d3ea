import { ROOT_ARN, type CompiledPolicy } from "../access/compiledPolicy";
import { callerContext } from "../access/callerContext";
import { EvaluationError } from "../access/evaluationError";
import { byText } from "../access/order";
import { ANY_PARTITION } from "../access/partition";
import { PULL_ACTIONS } from "../access/repositoryPolicy";
import { principalsOf, whoWords } from "../access/statementGrants";
import { isDeleted, normalizedPrincipal, type StatementPrincipal } from "../access/statementWords";
import type { AccountContext } from "../account/context";
import { boundaryOf } from "../account/effects";
import {
  accountAsker,
  apart,
  ask,
  managedPolicy,
  readable,
  userAsker,
  type Asker,
} from "../account/judge";
import { conditionNames } from "../account/otherStatementChecks";
import type { ObservedRole, ObservedUser } from "../account/observed";
import { accessOfAccount, accessOfUser, type WholeAccess } from "../account/whole";
import { identityPolicies } from "./identityPolicies";
import type { Puller, Reason } from "./puller";
import { identityReasons, statementReasons, type OpenPlace } from "./reasons";
import { placesOfCatalogue, pullStatements, type ReadStatement } from "./statements";

const ROLE = new RegExp(`^${ANY_PARTITION}:iam::([0-9]{12}):role/(.+)$`);

/**
 * Everyone who can pull a repository of the catalogue today, or of whom that cannot be excluded, in the order of
 * their principals: users and roles of the account by all policies, everyone else by what the policies of
 * repositories and registries name.
 *
 * @param context - without customers: everyone is judged alike.
 */
export function pullersOf(context: AccountContext): Puller[] {
  const statements = pullStatements(context);
  const found = [
    ...context.observed.users.map((user) => userPuller(context, user, statements)),
    ...context.observed.roles.map((role) => rolePuller(context, role, statements)),
    ...namedPullers(context, statements),
  ].filter((puller) => puller !== undefined);
  return found.sort((a, b) => byText(a.principal, b.principal));
}

function userPuller(
  context: AccountContext,
  user: ObservedUser,
  statements: readonly ReadStatement[],
): Puller | undefined {
  const policies = identityPolicies(context, user);
  const { unread } = apart(policies.map(({ read }) => read));
  const access = accessOfUser(context, user);
  const notJudged = notJudgedOf(context, access, unread);
  const base = {
    ...{ kind: "user" as const, principal: user.arn, words: `user ${user.name}`, user },
    ...(access?.logsIn === undefined ? {} : { logsIn: access.logsIn }),
    notJudged,
  };
  if (access === undefined || (access.pulls.size === 0 && notJudged.size === 0)) {
    return access === undefined ? { ...base, pulls: [], reasons: [] } : undefined;
  }
  const asker = userAsker(user, context.settings.account, context.time);
  const open = openPlaces(context, access.pulls);
  const reasons = [
    ...identityReasons(asker, open, policies, boundaryOf(context, user)),
    ...statementReasons(asker, open, statements),
  ];
  return { ...base, pulls: open.map(({ key }) => key), reasons };
}

/** Of one whose policies were not all read, every place that it cannot be seen to pull is open to doubt. */
function notJudgedOf(
  context: AccountContext,
  access: WholeAccess | undefined,
  unread: readonly string[],
): Map<string, string[]> {
  const doubts = [...unread, ...(access === undefined ? ["policies that were not read"] : [])];
  const found = new Map([...(access?.unknown ?? [])].map(([key, why]) => [key, [why]]));
  if (doubts.length === 0) return found;
  for (const { key } of placesOfCatalogue(context)) {
    if (access?.pulls.has(key) === true) continue;
    found.set(key, [...new Set([...(found.get(key) ?? []), ...doubts])]);
  }
  return found;
}

function openPlaces(context: AccountContext, pulls: ReadonlySet<string>): OpenPlace[] {
  return placesOfCatalogue(context).filter(({ key }) => pulls.has(key));
}

/**
 * A role by its own policies, within its boundary, and by the statements that name it. Its session may have tags
 * and a policy of its own, so a statement that names it counts whatever its conditions are.
 */
function rolePuller(
  context: AccountContext,
  role: ObservedRole,
  statements: readonly ReadStatement[],
): Puller | undefined {
  const { name, arn, permissionsBoundary } = role;
  const { account } = context.settings;
  const policies = identityPolicies(context, role);
  const { policies: identity, unread } = apart(policies.map(({ read }) => read));
  const asker: Asker = {
    caller: { kind: "user", account, arn },
    context: callerContext({ arn, account }, context.time),
  };
  const limit = permissionsBoundary
    ? apart([managedPolicy(context, permissionsBoundary)]).policies[0]
    : undefined;
  const named = reasonsByName(statements, ({ value }) => value === arn);
  const pulls = new Set(named.flatMap(({ places }) => places));
  const notJudged = new Map<string, string[]>();
  for (const { key, arn: resource } of placesOfCatalogue(context)) {
    if (pulls.has(key)) continue;
    const answers = PULL_ACTIONS.map((action) => {
      const question = { action, resource };
      const own = ask(asker, question, { identity });
      if (own !== "Allowed" || limit === undefined) return own;
      return ask(asker, question, { identity: [limit] });
    });
    const open = answers.flatMap((one) => (typeof one === "string" ? [] : [one.unknown]));
    if (answers.every((one) => one === "Allowed") && !isDenied(context, asker, key, resource)) {
      pulls.add(key);
    } else if (open.length > 0 || unread.length > 0) {
      notJudged.set(key, [...new Set([...unread, ...open])]);
    }
  }
  if (pulls.size === 0 && notJudged.size === 0) return undefined;
  const open = openPlaces(context, pulls);
  return {
    ...{ kind: "role", principal: arn, words: `role ${name}`, notJudged },
    pulls: open.map(({ key }) => key),
    reasons: [...identityReasons(asker, open, policies, limit), ...named],
  };
}

/** Whether the repository's own policy denies it; what cannot be judged does not. */
function isDenied(
  { observed, readings }: AccountContext,
  asker: Asker,
  key: string,
  resource: string,
): boolean {
  const document = observed.repositories.get(key)?.policy;
  if (document === undefined) return false;
  const read = readable(readings, "resource", document, "the policy");
  if (!("policy" in read)) return false;
  const policy: CompiledPolicy = read.policy;
  return PULL_ACTIONS.some(
    (action) =>
      ask(asker, { action, resource }, { identity: [], resource: policy }) === "ExplicitlyDenied",
  );
}

/** Whoever statements name beside the users and roles of the account that were read. */
function namedPullers(context: AccountContext, statements: readonly ReadStatement[]): Puller[] {
  const { names, settings, observed } = context;
  const known = new Set([...observed.users, ...observed.roles].map(({ arn }) => arn));
  const found = new Map<string, { words: string; principal: StatementPrincipal }>();
  for (const { statement } of statements) {
    for (const listed of principalsOf(statement)) {
      const principal = normalizedPrincipal(listed);
      const isExcept = principal.kind === "NotPrincipal";
      const words = whoWords(statement, listed, names);
      const key = isExcept ? words : principal.value;
      if (!isDeleted(principal) && !known.has(key)) found.set(key, { words, principal });
    }
  }
  return [...found].flatMap(([key, { words, principal }]): Puller[] => {
    const account = principal.kind === "AWS" ? ROOT_ARN.exec(key)?.[1] : undefined;
    // The account's own root stands for users and roles with policies of their own, who are listed by themselves.
    if (account === settings.account) return [];
    if (account !== undefined) return accountPuller(context, { arn: key, account }, statements);
    const isIt = (one: StatementPrincipal) =>
      principal.kind === "NotPrincipal" ? one.kind === "NotPrincipal" : one.value === key;
    const reasons = reasonsByName(statements, isIt);
    const pulls = [...new Set(reasons.flatMap(({ places }) => places))];
    const its = { principal: key, words, pulls, reasons, notJudged: new Map() };
    const [, owner, accountRole] = ROLE.exec(principal.kind === "AWS" ? key : "") ?? [];
    if (owner === undefined || accountRole === undefined || owner === settings.account) {
      return [{ kind: "other", ...its }];
    }
    return [{ kind: "account", account: owner, accountRole, logsIn: true, ...its }];
  });
}

function accountPuller(
  context: AccountContext,
  { arn, account }: { arn: string; account: string },
  statements: readonly ReadStatement[],
): Puller[] {
  // A policy of another partition has no say here; its statement stays as it is.
  try {
    const access = accessOfAccount(context, arn, account);
    const notJudged = new Map([...access.unknown].map(([key, why]) => [key, [why]]));
    if (access.pulls.size === 0 && notJudged.size === 0) return [];
    const open = openPlaces(context, access.pulls);
    const reasons = statementReasons(accountAsker(arn, account, context.time), open, statements);
    const pulls = open.map(({ key }) => key);
    const words = `AWS account ${account}`;
    return [
      { kind: "account", principal: arn, words, account, logsIn: true, pulls, reasons, notJudged },
    ];
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return [];
  }
}

/** The statements that name someone, each as a reason. */
function reasonsByName(
  statements: readonly ReadStatement[],
  isIt: (principal: StatementPrincipal) => boolean,
): Reason[] {
  return statements
    .filter(({ statement }) => principalsOf(statement).map(normalizedPrincipal).some(isIt))
    .map(({ by, name, statement, places }) => ({
      by,
      name,
      places,
      conditions: conditionNames(statement),
    }));
}
