import { principalArn } from "../access/arns";
import { sharedIdentities } from "../access/principals";
import type { AccountContext } from "./context";
import { mergedDeltas, deltas, type AccessDelta, type Deviation, type Found } from "./deviation";
import { asUser } from "./roleIdentity";
import { loginDelta, pullDelta } from "./questions";
import { accessOfAccount, accessOfUser, type WholeAccess } from "./whole";

/**
 * What AWS decides about a customer's pulls and login, by everything that it holds, against its file.
 * Last of the checks: it names what no other has explained, so that none of them has to be complete.
 */
export function access(context: AccountContext, explained: readonly Deviation[]): Found[] {
  const subjects = [
    ...context.present.flatMap(({ customer: { id }, user }) => {
      const found = accessOfUser(context, user);
      return found === undefined ? [] : [{ customers: [id], found }];
    }),
    ...context.presentRoles.flatMap(({ customer: { id }, role }) => {
      const found = accessOfUser(context, asUser(role));
      return found === undefined ? [] : [{ customers: [id], found }];
    }),
    ...accounts(context),
  ];
  const all = subjects.map(({ customers, found }) => differenceOf(context, customers, found));
  const unexplained = {
    more: mergedDeltas(
      without(
        context,
        all.flatMap(({ more }) => more),
        explained,
        "more",
      ),
      0,
    ),
    less: mergedDeltas(
      without(
        context,
        all.flatMap(({ less }) => less),
        explained,
        "less",
      ),
      0,
    ),
  };
  return (["more", "less"] as const).flatMap((way): Found[] => {
    const found = unexplained[way];
    if (found.length === 0) return [];
    const customers = found.flatMap(({ pulls, logins }) => [
      ...(pulls?.customers ?? []),
      ...(logins ?? []),
    ]);
    return [
      {
        subject: { kind: "account", name: context.settings.account },
        customers: [...new Set(customers)],
        what: "AWS decides differently from the files",
        ...(way === "more" ? deltas(found, []) : deltas([], found)),
        repair: "operator",
        wayOut:
          "Compare the policies with the IAM policy simulator, and report this as a bug in ecr-customers: no check names the cause.",
      },
    ];
  });
}

function accounts(context: AccountContext): { customers: string[]; found: WholeAccess }[] {
  const { customers, settings } = context;
  return sharedIdentities(customers, settings.namePrefix).map(({ principal, customers: its }) => ({
    customers: its.map(({ id }) => id),
    found: accessOfAccount(context, principalArn(principal, settings), principal.account),
  }));
}

/** What customers that share an identity can do, against what their files give. */
export function differenceOf(
  context: AccountContext,
  customers: readonly string[],
  { logsIn, pulls, unknown }: WholeAccess,
): { more: AccessDelta[]; less: AccessDelta[] } {
  const [id = ""] = customers;
  const given = new Set(customers.flatMap((one) => [...(context.pulls.get(one) ?? [])]));
  const isRead = (key: string) => context.observed.repositories.has(key);
  const more = [...pulls].filter((key) => !given.has(key));
  const less = [...given].filter((key) => !pulls.has(key) && !unknown.has(key) && isRead(key));
  const shouldLogIn = customers.some((one) => !context.hasEnded(one));
  const login = [loginDelta(id)];
  return {
    more: [
      ...(logsIn === true && !shouldLogIn ? login : []),
      ...pullDelta(context.settings, id, more),
    ],
    less: [
      ...(logsIn === false && shouldLogIn ? login : []),
      ...pullDelta(context.settings, id, less),
    ],
  };
}

/** Effects without those that deviations of other checks name. */
function without(
  { settings }: AccountContext,
  found: readonly AccessDelta[],
  explained: readonly Deviation[],
  way: "more" | "less",
): AccessDelta[] {
  const named = explained.flatMap((one) => one[way] ?? []);
  const pulled = new Set(
    named.flatMap(({ pulls }) =>
      (pulls?.customers ?? []).flatMap((id) => (pulls?.places ?? []).map((key) => `${id} ${key}`)),
    ),
  );
  const loggedIn = new Set(named.flatMap(({ logins = [] }) => logins));
  return found.flatMap((delta) => {
    const { pulls, logins = [] } = delta;
    if (pulls === undefined) return logins.every((id) => loggedIn.has(id)) ? [] : [delta];
    const [id = ""] = pulls.customers;
    return pullDelta(
      settings,
      id,
      pulls.places.filter((key) => !pulled.has(`${id} ${key}`)),
    );
  });
}
