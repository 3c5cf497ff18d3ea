// By which identities a customer pulls: a user of ours, identities of its own AWS account, a role of ours that its
// tokens assume, or several for a while.
import type { Customer, OidcIdentity } from "./model";

/** What decides by which identities a customer pulls. */
export type Identified = Pick<Customer, "awsAccount" | "awsRoles" | "oidc" | "withKey">;

/** Whether the customer has an IAM user with keys of ours; it may have other identities beside it. */
export function hasUser({ awsAccount, oidc, withKey }: Identified): boolean {
  return withKey === true || (awsAccount ?? oidc) === undefined;
}

/** Whether the customer has an IAM role of ours, which the holders of its tokens assume. */
export function hasRole<C extends Identified>(customer: C): customer is C & { oidc: OidcIdentity } {
  return customer.oidc !== undefined;
}

/**
 * Whether a customer's user may still be where it was before it had a file, and pull by what it had there. That ends with
 * `adopt --finish`.
 */
export function isBeingAdopted({ adopted }: Pick<Customer, "adopted">): boolean {
  return adopted !== undefined && adopted.finished === undefined;
}

const IDENTITY_KEYS: ReadonlySet<string> = new Set(["awsAccount", "awsRoles", "oidc", "withKey"]);

/** The other fields. */
export function withoutIdentity<C extends Identified>(customer: C): Omit<C, keyof Identified> {
  const others = Object.entries(customer).filter(([key]) => !IDENTITY_KEYS.has(key));
  return Object.fromEntries(others) as Omit<C, keyof Identified>;
}

/** The fields alone that decide it; absent ones stay absent. */
export function identityOf({ awsAccount, awsRoles, oidc, withKey }: Identified): Identified {
  return {
    ...(awsAccount === undefined ? {} : { awsAccount }),
    ...(awsRoles === undefined ? {} : { awsRoles }),
    ...(oidc === undefined ? {} : { oidc }),
    ...(withKey === undefined ? {} : { withKey }),
  };
}

/** The identities that a customer has by both; undefined when there is none. */
export function commonIdentity(a: Identified, b: Identified): Identified | undefined {
  const account = commonAccount(a, b);
  const oidc = commonOidc(a.oidc, b.oidc);
  const isUser = hasUser(a) && hasUser(b);
  if (account === undefined && oidc === undefined) return isUser ? {} : undefined;
  return {
    ...account,
    ...(oidc === undefined ? {} : { oidc }),
    ...(isUser ? { withKey: true } : {}),
  };
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

function commonOidc(a?: OidcIdentity, b?: OidcIdentity): OidcIdentity | undefined {
  if (a === undefined || b === undefined || !isSameIssuer(a, b)) return undefined;
  const subjects = a.subjects.filter((subject) => b.subjects.includes(subject));
  return subjects.length === 0 ? undefined : { ...a, subjects };
}

function isSameIssuer(a: OidcIdentity, b: OidcIdentity): boolean {
  return a.issuer === b.issuer && a.audience === b.audience;
}

/** The identities of both. Of two accounts, and of two issuers or audiences, it is the second one. */
export function bothIdentities(a: Identified, b: Identified): Identified {
  const awsAccount = b.awsAccount ?? a.awsAccount;
  const oidc = b.oidc ?? a.oidc;
  if (awsAccount === undefined && oidc === undefined) return {};
  return {
    ...(awsAccount === undefined ? {} : bothRoles([a, b], awsAccount)),
    ...(oidc === undefined ? {} : { oidc: bothSubjects([a, b], oidc) }),
    ...(hasUser(a) || hasUser(b) ? { withKey: true } : {}),
  };
}

function bothRoles(both: readonly Identified[], awsAccount: string): Identified {
  const its = both.filter((one) => one.awsAccount === awsAccount);
  const isWhole = its.some(({ awsRoles }) => awsRoles === undefined);
  const awsRoles = [...new Set(its.flatMap((one) => one.awsRoles ?? []))].sort();
  return { awsAccount, ...(isWhole ? {} : { awsRoles }) };
}

function bothSubjects(both: readonly Identified[], oidc: OidcIdentity): OidcIdentity {
  const its = both.flatMap((one) => one.oidc ?? []).filter((one) => isSameIssuer(one, oidc));
  return { ...oidc, subjects: [...new Set(its.flatMap(({ subjects }) => subjects))].sort() };
}

/** What a customer pulls with without a key: `tokens of https://oidc.acme.example and identities of AWS account 210987654321`. */
export function identitiesWithoutKey({
  awsAccount,
  oidc,
}: Pick<Customer, "awsAccount" | "oidc">): string {
  return [
    ...(oidc === undefined ? [] : [`tokens of ${oidc.issuer}`]),
    ...(awsAccount === undefined ? [] : [`identities of AWS account ${awsAccount}`]),
  ].join(" and ");
}
