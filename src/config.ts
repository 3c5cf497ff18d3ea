import type { Catalogue } from "./access/model";
import type { AccountId } from "./customers/model";

/** Every customer needs an end date; with `maxMonths`, one at most that many months ahead. */
export interface ExpiryRule {
  maxMonths?: number;
}

/** One stack's settings (`Pulumi.<stack>.yaml`, namespace `ecr-customers`), checked. */
export interface StackConfig {
  /** The stack's short name: `dev` for `Pulumi.dev.yaml`. */
  stack: string;
  /** Where this stack may deploy; the provider refuses any other account. */
  account: AccountId;
  /** `aws:region`, the region of the catalogue's entries that name none. */
  region: string;
  repositories: Catalogue;
  /** Folder of the customer files, relative to the project. */
  customers: string;
  /** Put before ids to make IAM names, for two stacks in one account. */
  namePrefix: string;
  requireExpiry?: ExpiryRule;
  /** Over how many stacks the customers are spread; 1: all in this one. */
  cells: number;
}
