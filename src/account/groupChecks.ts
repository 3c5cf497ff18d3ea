import { iamArn } from "../access/arns";
import { observedPolicy } from "../access/observedPolicy";
import type { CompiledPolicy } from "../access/compiledPolicy";
import type { AccountContext, PresentUser } from "./context";
import { deltas, mergedDeltas, type Found, restoredIf } from "./deviation";
import { identityEffects, replacedEffects, type Effects } from "./effects";
import { managedPolicy, readable, type Readable } from "./judge";
import { joined } from "../access/statementWords";
import { loginDelta } from "./questions";
import { asUser } from "./roleIdentity";
import { samePolicy } from "./samePolicy";

const EVERYONE = { customers: "all" as const };

function isUnread({ observed, group }: AccountContext): boolean {
  const { scope, unread } = observed;
  const isOurs = (name: string | undefined) => name === undefined || name === group.name;
  return !scope.group || unread.some(({ part, name }) => part === "groups" && isOurs(name));
}

/** Whom a policy is judged for: a customer's user, or its role. */
type Judged = Pick<PresentUser, "customer" | "user">;

/** What happens to each customer whose user is in the group, as one. @param others - beside these. */
function together(
  context: AccountContext,
  effectsOf: (expected: Judged) => Effects,
  others: readonly Judged[] = [],
): Pick<Found, "more" | "less" | "notJudged"> {
  const { group, present } = context;
  const ofGroup = present.filter(({ user }) => user.groups?.includes(group.name) ?? true);
  const members: readonly Judged[] = [...ofGroup, ...others];
  const all = members.map(effectsOf);
  return deltas(
    mergedDeltas(
      all.flatMap(({ more }) => more),
      members.length,
    ),
    mergedDeltas(
      all.flatMap(({ less }) => less),
      members.length,
    ),
    all.flatMap(({ notJudged }) => notJudged),
  );
}

/** Without the group no customer can log in. */
export function groupMissing(context: AccountContext): Found[] {
  const { group, users, hasEnded } = context;
  if (isUnread(context) || group.found !== undefined) return [];
  const active = users.map(({ customer }) => customer.id).filter((id) => !hasEnded(id));
  return [
    {
      subject: { kind: "group", name: group.name },
      ...EVERYONE,
      what: `AWS has no group ${group.name}`,
      ...deltas([], mergedDeltas(active.map(loginDelta), active.length)),
      repair: "update",
    },
  ];
}

/** A policy of the stack is not attached to its group. */
export function groupPolicyMissing(context: AccountContext): Found[] {
  const { group } = context;
  if (isUnread(context) || group.found === undefined) return [];
  const attached = new Set(group.found.attachedPolicies.map(({ name }) => name));
  const missing = group.policies.filter(({ name }) => !attached.has(name));
  if (missing.length === 0) return [];
  const should = missing.map(({ document }) => observedPolicy("identity", document));
  const effects = together(context, (expected) => replacedEffects(context, expected, [], should));
  return [
    {
      subject: { kind: "group", name: group.name },
      ...EVERYONE,
      what: `the group ${group.name} lacks the policy ${joined(missing.map(({ name }) => name))}`,
      ...effects,
      repair: restoredIf(effects),
    },
  ];
}

/** A policy is attached to the group that no file declares. */
export function groupAttachedPolicy(context: AccountContext): Found[] {
  const { group } = context;
  if (isUnread(context) || group.found === undefined) return [];
  const wanted = new Set(group.policies.map(({ name }) => name));
  return group.found.attachedPolicies
    .filter(({ name }) => !wanted.has(name))
    .map((policy) =>
      added(context, `the managed policy ${policy.name} attached`, managedPolicy(context, policy), {
        command: `aws iam detach-group-policy --group-name ${group.name} --policy-arn ${policy.arn}`,
      }),
    );
}

/** The group has an inline policy: ours never has one. */
export function groupInlinePolicy(context: AccountContext): Found[] {
  const { group, readings } = context;
  if (isUnread(context) || group.found === undefined) return [];
  return [...group.found.inlinePolicies].map(([name, document]) => {
    const words = `the inline policy ${name}`;
    return added(context, words, readable(readings, "identity", document, words), {
      command: `aws iam delete-group-policy --group-name ${group.name} --policy-name ${name}`,
    });
  });
}

function added(
  context: AccountContext,
  words: string,
  policy: Readable,
  { command }: { command: string },
): Found {
  const { group } = context;
  return {
    subject: { kind: "group", name: group.name },
    ...EVERYONE,
    what: `the group ${group.name} has ${words}, which no file declares`,
    ...together(context, (expected) => identityEffects(context, expected, [policy])),
    repair: "operator",
    wayOut: `Find out in CloudTrail who made the change and why; to undo it: \`${command}\`.`,
  };
}

/** A managed policy of the stack has another text in force: a new version, or an old one. */
export function groupPolicyChanged(context: AccountContext): Found[] {
  const { group, settings, observed } = context;
  if (isUnread(context) || group.found === undefined) return [];
  return group.policies.flatMap(({ name, document }): Found[] => {
    const arn = iamArn(settings, `policy/${name}`);
    const found = observed.managedPolicies.get(arn);
    if (found === undefined || samePolicy(found.document.document, document)) return [];
    const is = [managedPolicy(context, { arn, name })];
    const should: CompiledPolicy[] = [observedPolicy("identity", document)];
    const effects = together(
      context,
      (expected) => replacedEffects(context, expected, is, should),
      rolesWith(context, arn),
    );
    return [
      {
        subject: { kind: "policy", name },
        ...EVERYONE,
        what: `the policy ${name} of the group ${group.name} has another text than the files declare`,
        ...effects,
        repair: restoredIf(effects),
        origin: `version ${found.defaultVersion} is its default`,
      },
    ];
  });
}

/** The customers' roles that a policy is attached to: they are in no group. */
function rolesWith({ presentRoles }: AccountContext, arn: string): Judged[] {
  return presentRoles
    .filter(({ role }) => role.attachedPolicies.some((one) => one.arn === arn))
    .map(({ customer, role }) => ({ customer, user: asUser(role) }));
}

/** A user in the group that does not belong to a customer: it can log in to the registry, and pull by tag. */
export function groupMember(context: AccountContext): Found[] {
  const { group, observed, customerOfUser, declared } = context;
  const isOurs = (name: string) =>
    customerOfUser(name) !== undefined || declared.elsewhere?.users.has(name) === true;
  const members = new Set([
    ...(group.found?.members ?? []),
    ...observed.users
      .filter(({ groups, path }) => groups?.includes(group.name) === true && path !== "/customers/")
      .map(({ name }) => name),
  ]);
  return [...members]
    .filter((name) => !isOurs(name))
    .map((name) => ({
      subject: { kind: "user", name },
      customers: [],
      what: `user ${name} is in the group ${group.name}, but does not belong to a customer`,
      ...deltas([{ who: `user ${name}`, what: "log in to the registry" }], []),
      repair: "operator",
      wayOut: `To undo it: \`aws iam remove-user-from-group --user-name ${name} --group-name ${group.name}\`.`,
    }));
}
