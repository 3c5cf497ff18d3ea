import { principalArn } from "../access/arns";
import type { Principal } from "../access/model";
import { principalsOf } from "../access/principals";
import { normalizedPrincipal } from "../access/statementWords";
import type { ObservedAccount } from "../account/observed";
import type { DeclaredParts } from "./after";

/**
 * Whom an update lets in for the first time: users and roles that it creates, and identities of other AWS accounts
 * that could pull nothing before. What such a customer gets is what its own file says, and no one else's access
 * changes by it.
 *
 * @param pullers - the principals of everyone who can, or might, pull before the update.
 * @returns ARNs, as policies name them.
 */
export function newcomers(
  { users, roles }: Pick<ObservedAccount, "users" | "roles">,
  pullers: ReadonlySet<string>,
  { config, customers }: Pick<DeclaredParts, "config" | "customers">,
): Set<string> {
  const userNames = new Set(users.map(({ name }) => name));
  const roleNames = new Set(roles.map(({ name }) => name));
  const all = customers.flatMap((customer) => principalsOf(customer, config.namePrefix));
  const named = (principal: Principal) =>
    normalizedPrincipal({ kind: "AWS", value: principalArn(principal, config) }).value;
  const isNew = (principal: Principal): boolean => {
    if (principal.kind === "user") return !userNames.has(principal.userName);
    if (principal.kind === "oidcRole") return !roleNames.has(principal.roleName);
    return !pullers.has(named(principal));
  };
  return new Set(all.filter(isNew).map(named));
}
