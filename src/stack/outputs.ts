import { repositoryBudgets } from "../access/budget";
import { entitledGrants } from "../access/entitlements";
import type { GrantMode } from "../access/model";
import type { CustomerStatus, IsoDate, KeyStatus } from "../customers/model";
import type { StackInput } from "../project";

/** One customer as an update recorded it: what its file said. */
export interface CustomerOutput {
  repositories: readonly string[];
  status: CustomerStatus;
  expires?: IsoDate;
  awsAccount?: string;
  /** Generation → status. */
  keys: Readonly<Record<string, KeyStatus>>;
}

/** One repository as an update recorded it. */
export interface RepositoryOutput {
  mode: GrantMode;
  /** Where it exists, and customers may pull it. */
  regions: readonly string[];
  /** Characters of the policy; 0 without one. */
  size: number;
  /** Customers that may pull it on the day of the update. */
  customers: number;
}

/** What the next preview compares with. Plain values, nothing secret. */
export interface StackOutputs {
  customers: Readonly<Record<string, CustomerOutput>>;
  repositories: Readonly<Record<string, RepositoryOutput>>;
}

/** The outputs of a stack that is declared from `input`. */
export function stackOutputs({ config, customers, today }: StackInput): StackOutputs {
  const grants = entitledGrants(customers, config, today);
  const budgets = new Map(
    repositoryBudgets(grants, config.repositories, config.account).map((budget) => [
      budget.repository,
      budget,
    ]),
  );
  return {
    customers: Object.fromEntries(
      customers.map(({ id, repositories, status, expires, awsAccount, keys }) => [
        id,
        {
          repositories,
          status,
          ...(expires === undefined ? {} : { expires }),
          ...(awsAccount === undefined ? {} : { awsAccount }),
          keys: Object.fromEntries(keys.map((key) => [key.generation, key.status])),
        },
      ]),
    ),
    repositories: Object.fromEntries(
      [...config.repositories].map(([repository, { grants: mode, regions }]) => [
        repository,
        {
          mode,
          regions,
          size: budgets.get(repository)?.used ?? 0,
          customers: grants.filter((grant) => grant.repository === repository).length,
        },
      ]),
    ),
  };
}
