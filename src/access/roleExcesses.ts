import { hasRole } from "../customers/identity";
import { counted, digits } from "../counted";
import type { Customer } from "../customers/model";
import type { Home } from "./arns";
import { oidcIssuers } from "./roleContent";
import { serialize } from "./serialize";
import { trustPolicy } from "./trustPolicy";

/** Characters of a role's trust policy, unless AWS has raised it (IAM quotas). */
const TRUST_POLICY_LIMIT = 2_048;

/** Roles of an account, to which AWS raises its 1,000 on request; OIDC providers, and audiences of one (IAM quotas). */
const ROLE_LIMIT = 5_000;
const ISSUER_LIMIT = 100;
const AUDIENCE_LIMIT = 100;

/** Something about roles and issuers that exceeds a limit of AWS. */
export interface RoleExcess {
  customer?: string;
  check: "role-count" | "issuer-count" | "audience-count" | "trust-size";
  message: string;
  fix: string;
}

/** Everything about roles and issuers that exceeds AWS's limits. */
export function roleExcesses(customers: readonly Customer[], home: Home): RoleExcess[] {
  const withRole = customers.filter(hasRole);
  const issuers = oidcIssuers(customers);
  const elsewhere = "Move some to a stack in another account, or give some a key or `awsAccount`.";
  const excesses: (RoleExcess | false)[] = [
    withRole.length > ROLE_LIMIT && {
      check: "role-count",
      message: `expected at most ${digits(ROLE_LIMIT)} customers with \`oidc\` in one AWS account, got ${digits(withRole.length)}`,
      fix: elsewhere,
    },
    issuers.length > ISSUER_LIMIT && {
      check: "issuer-count",
      message: `expected at most ${ISSUER_LIMIT} OIDC issuers in one AWS account, got ${digits(issuers.length)}`,
      fix: elsewhere,
    },
    ...issuers.map(
      ({ issuer, audiences }): RoleExcess | false =>
        audiences.length > AUDIENCE_LIMIT && {
          check: "audience-count",
          message: `expected at most ${AUDIENCE_LIMIT} audiences of ${issuer}, got ${digits(audiences.length)}`,
          fix: "Write the same `audience` for several customers: their subjects differ.",
        },
    ),
    ...withRole.map(({ id, oidc }): RoleExcess | false => {
      const used = serialize(trustPolicy(oidc, home)).length;
      return (
        used > TRUST_POLICY_LIMIT && {
          customer: id,
          check: "trust-size",
          message: `expected the trust policy of the role to have at most ${digits(TRUST_POLICY_LIMIT)} characters, got ${digits(used)} for ${counted(oidc.subjects.length, "subject")}`,
          fix: "List fewer subjects, or shorter ones.",
        }
      );
    }),
  ];
  return excesses.filter((one) => one !== false);
}
