import { USER_PATH } from "../access/arns";
import { joined } from "../access/statementWords";
import type { AccountContext } from "./context";
import { customersWords, deltas, type AccessDelta, type Found } from "./deviation";
import { ask, readable, userAsker } from "./judge";
import type { ObservedUser, Unread } from "./observed";
import { placesWords } from "./places";
import { LOG_IN } from "./questions";
import { accessOfUser } from "./whole";

/** A user under `/customers/` that no file declares: with a key it may be anyone's way in. */
export function userUndeclared(context: AccountContext): Found[] {
  const { observed, declared, settings } = context;
  const recorded = new Set(
    [...(declared.state?.userIds.keys() ?? [])].map((id) => `${settings.namePrefix}${id}`),
  );
  return observed.users
    .filter(({ name, path }) => isUndeclared(context, name, path))
    .map((user): Found => {
      const isRemoved = recorded.has(user.name);
      return {
        subject: { kind: "user", name: user.name },
        customers: [],
        what: `user ${user.name} has ${keyWords(user)}, but no file declares it`,
        ...deltas(canDo(context, user), []),
        repair: isRemoved ? "update" : "operator",
        wayOut: isRemoved
          ? "Its file was removed: the update deletes it."
          : `Find out in CloudTrail (CreateUser) who created it. To end its access: \`aws iam update-access-key --user-name ${user.name} --status Inactive --access-key-id …\` for each key, then delete it.`,
      };
    });
}

function isUndeclared(
  { customerOfUser, declared, observed }: AccountContext,
  name: string,
  path: string,
) {
  const isNamed = observed.scope.users !== "all" && observed.scope.users.has(name);
  return (
    (path.startsWith(USER_PATH) || isNamed) &&
    customerOfUser(name) === undefined &&
    declared.elsewhere?.users.has(name) !== true
  );
}

function keyWords({ keys }: ObservedUser): string {
  if (keys === undefined) return "keys that were not read";
  const active = keys.filter(({ status }) => status !== "Inactive").map(({ id }) => id);
  return active.length === 0 ? "no active key" : `the active key ${joined(active)}`;
}

function canDo(context: AccountContext, user: ObservedUser): AccessDelta[] {
  const access = accessOfUser(context, user);
  if (access === undefined) return [];
  const who = `user ${user.name}`;
  const places = placesWords([...access.pulls], context.settings.repositories);
  return [
    ...(access.logsIn === true ? [{ who, what: LOG_IN }] : []),
    ...(access.pulls.size === 0 ? [] : [{ who, what: `pull ${places}` }]),
  ];
}

/** A role that a customer's user may assume: it can then do whatever the role can. */
export function roleTrustsCustomer(context: AccountContext): Found[] {
  const { observed, readings, settings, time } = context;
  const candidates = observed.roles.filter(({ trustPolicy: { text } }) => NAMES_A_USER.test(text));
  return candidates.flatMap(({ name, arn, trustPolicy }): Found[] => {
    const read = readable(readings, "resource", trustPolicy, `the trust policy of role ${name}`);
    const subject = { kind: "role" as const, name };
    const wayOut = `Find out in CloudTrail (UpdateAssumeRolePolicy) who let it in and why, and remove it from the role's trust policy.`;
    if ("unknown" in read) return [];
    const unknown = new Set<string>();
    const ids = context.present.flatMap(({ customer: { id }, user }) => {
      const asker = userAsker(user, settings.account, time);
      const question = { action: "sts:AssumeRole", resource: arn };
      const answer = ask(asker, question, { identity: [], resource: read.policy });
      if (typeof answer !== "string") unknown.add(answer.unknown);
      return answer === "Allowed" ? [id] : [];
    });
    if (ids.length === 0 && unknown.size === 0) return [];
    return [
      {
        subject,
        customers: ids,
        what: `the trust policy of role ${name} lets customers' users in`,
        ...deltas(
          ids.length === 0 ? [] : [{ who: customersWords(ids), what: `assume the role ${name}` }],
          [],
          [...unknown],
        ),
        repair: "operator",
        wayOut,
      },
    ];
  });
}

const NAMES_A_USER = /:user\/|"\*"|NotPrincipal/;

/** What should have been read and could not be: nothing is known of it, so it may be anything. */
export function notRead(context: AccountContext): Found[] {
  return context.observed.unread.map(({ part, name, reason }): Found => {
    const user = part === "user" || part === "keys" || part === "credentials";
    const customer = user && name !== undefined ? context.customerOfUser(name) : undefined;
    return {
      subject: { kind: "account", name: context.settings.account },
      customers: customer === undefined ? [] : [customer],
      what: `${unreadWords({ part, reason, ...(name === undefined ? {} : { name }) })} could not be read`,
      notJudged: [reason],
      repair: "operator",
      wayOut:
        "Give the role of this run the right to read it (docs/aws-setup), and run the command again.",
    };
  });
}

function unreadWords({ part, name }: Unread): string {
  const of = name === undefined ? "" : ` of ${name}`;
  return {
    users: "the users of the account",
    user: `user ${name ?? ""}`,
    keys: `the access keys${of}`,
    credentials: `passwords and other credentials${of}`,
    groups: `the groups${of}`,
    "managed-policy": `the managed policy ${name ?? ""}`,
    roles: name === undefined ? "the roles of the account" : `role ${name}`,
    repository: `the policy of the repository ${(name ?? "").replace("@", " in ")}`,
    registry: `the policy of the registry in ${name ?? ""}`,
  }[part];
}
