import { userName } from "../../src/access/arns";
import { principalArns } from "../../src/access/principals";
import { normalizedPrincipal } from "../../src/access/statementWords";
import type { ObservedAccount } from "../../src/account/observed";
import type { StackInput } from "../../src/project";
import type { ForeignFinding } from "./foreign";
import type { Plan } from "./plan";

/**
 * The plan of an adoption without what customers would lose with a statement of others: an adoption judges each customer
 * by everything that AWS holds and asks about each loss by its number, so the same loss is not asked about twice.
 * What principals that are no customers would lose stays: `keep` is the way out of that.
 */
export function withoutJudgedLosses(
  plan: Plan,
  observed: Pick<ObservedAccount, "users">,
  input: Pick<StackInput, "config" | "customers">,
): Plan {
  const judged = customersPrincipals(observed, input);
  const foreign = plan.foreign.flatMap((finding): ForeignFinding[] => {
    if (finding.kind !== "first-contact") return [finding];
    const losses = finding.losses.filter(({ principal }) => !judged.has(principal));
    return losses.length === 0 ? [] : [{ ...finding, losses }];
  });
  return { ...plan, foreign, facts: { ...plan.facts, foreign } };
}

/** Customers as policies name them: a user that is adopted also by the ARN that it has before it moves. */
function customersPrincipals(
  { users }: Pick<ObservedAccount, "users">,
  { config, customers }: Pick<StackInput, "config" | "customers">,
): Set<string> {
  const names = new Set(customers.map((one) => userName(config.namePrefix, one)));
  return new Set([
    ...customers.flatMap((one) => principalArns(one, config)).map(normalized),
    ...users.filter(({ name }) => names.has(name)).map(({ arn }) => arn),
  ]);
}

function normalized(value: string): string {
  return normalizedPrincipal({ kind: "AWS", value }).value;
}
