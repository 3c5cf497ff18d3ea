import { hasRole } from "../customers/identity";
import type { Customer, IsoDate } from "../customers/model";
import { roleName, type Home } from "./arns";
import { denyPolicy } from "./denyPolicy";
import type { Catalogue, PolicyDocument } from "./model";
import { byText } from "./order";
import { userTags } from "./tags";
import { trustPolicy } from "./trustPolicy";

/** Everything that is declared for one customer with a role, as values. */
export interface RoleContent {
  id: string;
  roleName: string;
  /** The same as a user's: by them `grants: tagged` works. */
  tags: Readonly<Record<string, string>>;
  /** Whose tokens may assume it. */
  trust: PolicyDocument;
  /** The same as a user's; a session that is open is judged by it at every request. */
  deny?: PolicyDocument;
}

interface RoleSettings extends Home {
  namePrefix: string;
  repositories: Catalogue;
  /** Tags of every role. */
  defaultTags?: Readonly<Record<string, string>>;
}

/** Seconds of a role's session, the shortest that IAM takes (IAM API, CreateRole). */
export const SESSION_SECONDS = 3_600;

/**
 * What a customer with `identity: {oidc: …}` gets in IAM on a day.
 *
 * @returns undefined for a customer without.
 */
export function roleContent(
  customer: Customer,
  settings: RoleSettings,
  today: IsoDate,
): RoleContent | undefined {
  if (!hasRole(customer)) return undefined;
  const { namePrefix, repositories, defaultTags } = settings;
  const deny = denyPolicy(customer);
  return {
    id: customer.id,
    roleName: roleName(namePrefix, customer),
    tags: { ...defaultTags, ...userTags(customer, repositories, today) },
    trust: trustPolicy(customer.oidc, settings),
    ...(deny === undefined ? {} : { deny }),
  };
}

/** Under what a role is named among users; a user's name has no slash. */
export function roleKey(roleName: string): string {
  return `role/${roleName}`;
}

/** One issuer, and what its customers' tokens may have in `aud`. */
export interface OidcIssuer {
  issuer: string;
  /** Sorted. */
  audiences: readonly string[];
}

/**
 * The issuers of all customers, sorted; suspended ones included, so that they come back unchanged.
 *
 * @param others - issuers that the account knows already; they are left out.
 */
export function oidcIssuers(
  customers: readonly Pick<Customer, "oidc">[],
  others: readonly string[] = [],
): OidcIssuer[] {
  const audiences = new Map<string, Set<string>>();
  for (const { oidc } of customers) {
    if (oidc === undefined) continue;
    audiences.set(oidc.issuer, (audiences.get(oidc.issuer) ?? new Set()).add(oidc.audience));
  }
  return [...audiences]
    .filter(([issuer]) => !others.includes(issuer))
    .map(([issuer, its]) => ({ issuer, audiences: [...its].sort(byText) }))
    .sort((a, b) => byText(a.issuer, b.issuer));
}
