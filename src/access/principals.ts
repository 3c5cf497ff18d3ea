import { hasRole, hasUser, withoutIdentity, type Identified } from "../customers/identity";
import { principalArn, roleName, userName, type Home, type NamedCustomer } from "./arns";
import type { AccountId } from "../customers/model";
import type { Principal } from "./model";

type Pulling = Identified & NamedCustomer;

/** As whom a customer pulls: at least one principal, the user first, then the role. */
export function principalsOf(customer: Pulling, namePrefix: string): Principal[] {
  const { awsAccount } = customer;
  return [
    ...(hasUser(customer)
      ? [{ kind: "user", userName: userName(namePrefix, customer) } as const]
      : []),
    ...(hasRole(customer)
      ? [
          {
            kind: "oidcRole",
            roleName: roleName(namePrefix, customer),
            oidc: customer.oidc,
          } as const,
        ]
      : []),
    ...(awsAccount === undefined ? [] : accountPrincipals(awsAccount, customer.awsRoles)),
  ];
}

/** The principals of a customer's own AWS account: its roles, if the file names some, else all of it. */
function accountPrincipals(account: string, roles: readonly string[] | undefined): Principal[] {
  return roles === undefined
    ? [{ kind: "account", account }]
    : roles.map((role) => ({ kind: "role", account, role }));
}

/** The ARNs that policies name to mean a customer. */
export function principalArns(
  customer: Pulling,
  settings: Home & { namePrefix: string },
): string[] {
  return principalsOf(customer, settings.namePrefix).map((one) => principalArn(one, settings));
}

/**
 * The customer without one of its principals.
 *
 * @returns undefined when it has no other, or not this one.
 */
export function withoutPrincipal<C extends Pulling>(
  customer: C,
  arn: string,
  settings: Home & { namePrefix: string },
): C | undefined {
  const all = principalsOf(customer, settings.namePrefix);
  const left = all.filter((one) => principalArn(one, settings) !== arn);
  if (left.length === 0 || left.length === all.length) return undefined;
  const { awsAccount, oidc } = customer;
  const awsRoles = left.flatMap((one) => (one.kind === "role" ? [one.role] : []));
  // Without roles the account as a whole is meant, so it goes with its last role.
  const isAccount = left.some(isElsewhere);
  const isRole = left.some(({ kind }) => kind === "oidcRole");
  const isUser = left.some(({ kind }) => kind === "user");
  return {
    ...withoutIdentity(customer),
    ...(isAccount ? { awsAccount } : {}),
    ...(awsRoles.length > 0 ? { awsRoles } : {}),
    ...(isRole ? { oidc } : {}),
    ...(isUser && left.length > 1 ? { withKey: true } : {}),
  } as C;
}

type ElsewherePrincipal = Extract<Principal, { account: AccountId }>;

/** An identity of another AWS account, and all customers whose grants it has. */
export interface SharedIdentity<C> {
  principal: ElsewherePrincipal;
  customers: C[];
}

/** The identities of other accounts. Customers may share an account, and a role has what its account has. */
export function sharedIdentities<C extends Pulling>(
  customers: readonly C[],
  namePrefix: string,
): SharedIdentity<C>[] {
  const all = customers.flatMap((customer) =>
    principalsOf(customer, namePrefix)
      .filter(isElsewhere)
      .map((principal) => ({ customer, principal })),
  );
  const byText = new Map(
    all.map(({ principal }) => [Object.values(principal).join(" "), principal]),
  );
  return [...byText.values()].map((principal) => ({
    principal,
    customers: all.flatMap(({ customer, principal: other }) =>
      other.account === principal.account &&
      (other.kind === "account" || (principal.kind === "role" && other.role === principal.role))
        ? [customer]
        : [],
    ),
  }));
}

/** Whether it is an identity of another AWS account, on which we can put neither a tag nor a policy. */
export function isElsewhere(principal: Principal): principal is ElsewherePrincipal {
  return principal.kind === "account" || principal.kind === "role";
}
