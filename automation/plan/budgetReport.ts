import { repositoryBudgets, type RepositoryBudget } from "../../src/access/budget";
import { entitledGrants } from "../../src/access/entitlements";
import type { StackInput } from "../../src/project";
import { digits } from "../../src/counted";

/** How full each repository's policy is, computed offline, in name order. */
export function budgetsOf({ config, customers, today }: StackInput): RepositoryBudget[] {
  const grants = entitledGrants(customers, config, today);
  return repositoryBudgets(grants, config);
}

/** `edge-agent 9,412 of 10,240, room for 14 more`. */
export function budgetLine({ repository, used, limit, room }: RepositoryBudget): string {
  return `${repository} ${digits(used)} of ${digits(limit)}, room for ${digits(room)} more`;
}

/** The budgets near their limit; if there are none, the fullest one, so that its growth is noticed early. */
export function budgetsToShow(budgets: readonly RepositoryBudget[]): RepositoryBudget[] {
  const near = budgets.filter(({ level }) => level !== "ok");
  if (near.length > 0) return near;
  const [first, ...others] = budgets;
  if (first === undefined) return [];
  return [others.reduce((fullest, one) => (one.used > fullest.used ? one : fullest), first)];
}
