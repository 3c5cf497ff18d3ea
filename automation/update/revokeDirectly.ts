import { DENY_POLICY_NAME, denyPolicy } from "../../src/access/denyPolicy";
import { accessEnded } from "../../src/access/entitlements";
import { roleName, userName } from "../../src/access/arns";
import type { ObservedAccount } from "../../src/account/observed";
import { hasRole, hasUser } from "../../src/customers/identity";
import { revokeUser } from "../aws/revocation";
import { roleTarget } from "../aws/revokeRole";
import type { UpdateParts } from "./updateParts";

/**
 * Revocation wins: a customer whose access has ended according to the files, but who still has an active
 * key or no deny because one of its resources failed, is revoked by direct calls to AWS, as by
 * `revoke --now`.
 *
 * @param revoked - receives the users and roles that were revoked, also when a later one fails.
 */
export async function revokeDirectly(
  { users, roles }: ObservedAccount,
  touched: readonly string[],
  { input, aws }: Pick<UpdateParts, "input" | "aws">,
  revoked: string[],
): Promise<void> {
  const { config, customers, today } = input;
  // The whole account may have been read, and with it users of others.
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  const nameOf = (id: string) => userName(config.namePrefix, byId.get(id) ?? { id });
  const ours = new Set(touched.map(nameOf));
  const entitled = new Set(
    customers
      .filter((customer) => hasUser(customer) && !accessEnded(customer, today))
      .map(({ id }) => nameOf(id)),
  );
  const open = users.filter(
    ({ name, keys = [], inlinePolicies }) =>
      ours.has(name) &&
      !entitled.has(name) &&
      (keys.some(({ status }) => status === "Active") ||
        inlinePolicies?.has(DENY_POLICY_NAME) !== true),
  );
  const byName = new Map(customers.map((one) => [nameOf(one.id), one]));
  for (const { name } of open) {
    const since = byName.get(name)?.revoked;
    await revokeUser(aws, name, undefined, denyPolicy({ status: "suspended", revoked: since }));
    revoked.push(name);
  }
  const byRole = new Map(
    customers.filter(hasRole).map((one) => [roleName(config.namePrefix, one), one]),
  );
  for (const { name, inlinePolicies } of roles) {
    const customer = byRole.get(name);
    if (customer === undefined || !touched.includes(customer.id)) continue;
    if (!accessEnded(customer, today) || inlinePolicies.has(DENY_POLICY_NAME)) continue;
    const deny = denyPolicy({ status: "suspended", revoked: customer.revoked });
    await roleTarget(aws, name, deny).revoke();
    if (!revoked.includes(name)) revoked.push(name);
  }
}
