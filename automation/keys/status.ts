import { hasUser } from "../../src/customers/identity";
import { userName } from "../../src/access/arns";
import { concerns, deviationWords, remedyWords, type Deviation } from "../../src/account/deviation";
import { generationKeys } from "../../src/account/keyChecks";
import type { MatchedKeys } from "../../src/account/keyMatching";
import type { ObservedKey } from "../../src/account/observed";
import type { Customer } from "../../src/customers/model";
import type { Comparison } from "../compare/compare";
import { agesOf, type AgeLimits, type Attention } from "./attention";

/** Every customer's keys, and what needs attention about them. */
export interface KeyStatusReport {
  customers: CustomerKeyStatus[];
  attention: Attention[];
}

export interface CustomerKeyStatus extends MatchedKeys<ObservedKey> {
  customer: string;
  user: string;
}

/** The checks of the comparison that are about keys and about what else a customer can log in with. */
const KEY_CHECKS: ReadonlySet<string> = new Set([
  "key-leaked",
  "revoked-in-aws",
  "user-undeclared",
  "user-missing",
  "user-login-profile",
  "user-other-credential",
  "keys-ambiguous",
  "key-missing",
  "key-status",
  "key-undeclared",
  "not-read",
]);

/**
 * The keys of some customers, and what needs attention about them: how AWS differs from the files, by the one
 * comparison (docs/architecture.md), and what has become too old.
 *
 * @param customers - whose keys are reported. Those with an AWS account of their own have none.
 */
export function keyStatusReport(
  { declared: { settings, state }, observed, deviations }: Comparison,
  customers: readonly Customer[],
  limits: AgeLimits,
): KeyStatusReport {
  const ofKeys = deviations.filter(({ check }) => KEY_CHECKS.has(check));
  const report: KeyStatusReport = { customers: [], attention: [] };
  for (const customer of customers) {
    if (!hasUser(customer)) continue;
    const { id } = customer;
    const user = userName(settings.namePrefix, customer);
    const { keys = [] } = observed.users.find(({ name }) => name === user) ?? {};
    const matched = generationKeys(customer, keys, state);
    report.customers.push({ customer: id, user, ...matched });
    report.attention.push(
      ...ofKeys.filter((one) => concerns(one, id)).map((one) => attentionOf(one, id)),
      ...agesOf(id, matched.generations, limits),
    );
  }
  const ofNone = ofKeys.filter((one) => one.customers !== "all" && one.customers.length === 0);
  report.attention.push(...ofNone.map((one) => attentionOf(one, one.subject.name)));
  return report;
}

function attentionOf(deviation: Deviation, about: string): Attention {
  const [message, fix] = [deviationWords(deviation), remedyWords(deviation)];
  return { kind: deviation.check, about, message, fix };
}
