import type { Grant, Principal } from "../../src/access/model";
import { joined } from "../../src/access/statementWords";

/** `user acme`, `AWS account 210987654321`, `user acme and role ci/puller of AWS account 210987654321`. */
export function principalsText({ principals }: Pick<Grant, "principals">): string {
  return joined(principals.map(principalText));
}

/** Principals of a grant that another one has not. */
export function principalsMissing(some: Grant, others: Grant): string[] {
  const kept = new Set(others.principals.map(principalText));
  return some.principals.map(principalText).filter((one) => !kept.has(one));
}

function principalText(principal: Principal): string {
  if (principal.kind === "user") return `user ${principal.userName}`;
  if (principal.kind === "oidcRole") return `role ${principal.roleName} with OIDC tokens`;
  const account = `AWS account ${principal.account}`;
  return principal.kind === "account" ? account : `role ${principal.role} of ${account}`;
}
