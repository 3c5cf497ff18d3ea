import { groupPolicies } from "../../src/access/groupPolicies";
import type { Catalogue } from "../../src/access/model";
import type { StackConfig } from "../../src/config";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";

const repositories: Catalogue = new Map(
  Array.from({ length: 10 }, (_, at) => [
    `product-${at}`,
    { create: false, grants: "tagged" as const, regions: ["eu-central-1"] },
  ]),
);

export const CONFIG = {
  project: "ecr-customers",
  stack: "dev",
  account: "123456789012",
  region: "eu-central-1",
  namePrefix: "",
  cells: 1,
  customers: "customers",
  repositories,
} satisfies StackConfig;

export const GROUP = "ecr-customers";

/** Files of many customers, each with one repository and one key. */
export function inputOf(count: number): StackInput {
  const customers = Array.from({ length: count }, (_, at): Customer => ({
    id: `customer-${at}`,
    name: `Customer ${at}`,
    repositories: [`product-${at % repositories.size}`],
    status: "active",
    keys: [{ generation: 1, status: "active" }],
    protected: false,
  }));
  return { config: CONFIG, customers, today: "2026-11-23" };
}

/** What the group of all customers has attached, by name. */
export const POLICIES = groupPolicies(CONFIG).map(({ name, document }) => ({
  name,
  arn: `arn:aws:iam::${CONFIG.account}:policy/${name}`,
  text: JSON.stringify(document),
}));

/** Tags that a customer's user carries. */
export function tagsOf({ id, repositories: [repository = ""] }: Customer): [string, string][] {
  return [
    ["ecr-customers:customer", id],
    [`pull:${repository}`, "allow"],
  ];
}
