import { repositoryBudgets } from "../../src/access/budget";
import { entitledGrants } from "../../src/access/entitlements";
import type { Customer } from "../../src/customers/model";
import type { ReportFacts } from "../../src/report/model";

export const TODAY = "2026-11-23";

/** A customer with a key and one repository. */
export function customerOf(id: string, more: Partial<Customer> = {}): Customer {
  return {
    ...{ id, name: `${id} GmbH`, repositories: ["edge-agent"], status: "active" },
    ...{ keys: [{ generation: 1, status: "active" }], protected: false, ...more },
  };
}

const CATALOGUE = new Map(
  ["edge-agent", "orchestrator", "unused"].map((name) => [
    name,
    { create: false, grants: "named" as const, regions: ["eu-central-1"] },
  ]),
);

/** Facts of some customers, with what else a test is about. */
export function factsOf(
  customers: readonly Customer[],
  more: Partial<ReportFacts> = {},
): ReportFacts {
  const grants = entitledGrants(customers, { namePrefix: "" }, TODAY);
  const settings = { account: "123456789012", region: "eu-central-1", project: "p", stack: "prod" };
  return {
    ...{ stack: "prod", today: TODAY, customers, grants, keys: [] },
    repositories: [...CATALOGUE.keys()],
    budgets: repositoryBudgets(grants, { ...settings, repositories: CATALOGUE }),
    ...more,
  };
}
