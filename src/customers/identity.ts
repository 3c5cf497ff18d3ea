// By which identities a customer pulls: a user of ours, identities of its own AWS account, or both for a while.
import type { Customer } from "./model";

/** What decides by which identities a customer pulls. */
export type Identified = Pick<Customer, "awsAccount" | "awsRoles" | "withKey">;

/** Whether the customer has an IAM user with keys of ours; it may have other identities beside it. */
export function hasUser({ awsAccount, withKey }: Identified): boolean {
  return withKey === true || awsAccount === undefined;
}

const IDENTITY_KEYS: ReadonlySet<string> = new Set(["awsAccount", "awsRoles", "withKey"]);

/** The other fields. */
export function withoutIdentity<C extends Identified>(customer: C): Omit<C, keyof Identified> {
  const others = Object.entries(customer).filter(([key]) => !IDENTITY_KEYS.has(key));
  return Object.fromEntries(others) as Omit<C, keyof Identified>;
}

/** The fields alone that decide it; absent ones stay absent. */
export function identityOf({ awsAccount, awsRoles, withKey }: Identified): Identified {
  return {
    ...(awsAccount === undefined ? {} : { awsAccount }),
    ...(awsRoles === undefined ? {} : { awsRoles }),
    ...(withKey === undefined ? {} : { withKey }),
  };
}

/** The identities that a customer has by both; undefined when there is none. */
export function commonIdentity(a: Identified, b: Identified): Identified | undefined {
  const account = commonAccount(a, b);
  const isUser = hasUser(a) && hasUser(b);
  if (account === undefined) return isUser ? {} : undefined;
  return { ...account, ...(isUser ? { withKey: true } : {}) };
}

function commonAccount(a: Identified, b: Identified): Identified | undefined {
  const { awsAccount } = a;
  if (awsAccount === undefined || awsAccount !== b.awsAccount) return undefined;
  // Without roles it is the whole account, its roles included.
  const { awsRoles = b.awsRoles } = a;
  if (awsRoles === undefined) return { awsAccount };
  const both = awsRoles.filter((role) => b.awsRoles?.includes(role) ?? true);
  return both.length === 0 ? undefined : { awsAccount, awsRoles: both };
}

/** The identities of both. Of two accounts it is the second one. */
export function bothIdentities(a: Identified, b: Identified): Identified {
  const awsAccount = b.awsAccount ?? a.awsAccount;
  if (awsAccount === undefined) return {};
  const its = [a, b].filter((one) => one.awsAccount === awsAccount);
  const isWhole = its.some(({ awsRoles }) => awsRoles === undefined);
  const awsRoles = [...new Set(its.flatMap((one) => one.awsRoles ?? []))].sort();
  return {
    awsAccount,
    ...(isWhole ? {} : { awsRoles }),
    ...(hasUser(a) || hasUser(b) ? { withKey: true } : {}),
  };
}
