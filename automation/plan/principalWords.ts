import type { Grant, Principal } from "../../src/access/model";
import { joined } from "../../src/access/statementWords";

/** `user acme`, `AWS account 210987654321`, `user acme and role ci/puller of AWS account 210987654321`. */
export function principalsText({ principals }: Pick<Grant, "principals">): string {
  return joined(principals.map(principalText));
}

/** Principals of a grant that another one has not; of a role for OIDC tokens each subject counts. */
export function principalsMissing(some: Grant, others: Grant): string[] {
  const kept = new Set(others.principals.flatMap(singleTexts));
  return some.principals.flatMap(singleTexts).filter((one) => !kept.has(one));
}

function singleTexts(principal: Principal): string[] {
  if (principal.kind !== "oidcRole") return [principalText(principal)];
  const { oidc } = principal;
  return oidc.subjects.map((subject) =>
    principalText({ ...principal, oidc: { ...oidc, subjects: [subject] } }),
  );
}

function principalText(principal: Principal): string {
  if (principal.kind === "user") return `user ${principal.userName}`;
  if (principal.kind === "oidcRole") {
    const { issuer, audience, subjects } = principal.oidc;
    return `role ${principal.roleName} with tokens for ${joined(subjects)} of ${issuer} (audience ${audience})`;
  }
  const account = `AWS account ${principal.account}`;
  return principal.kind === "account" ? account : `role ${principal.role} of ${account}`;
}
