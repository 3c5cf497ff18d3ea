import { identityOf } from "../customers/identity";
import { repositoryBudgets } from "../access/budget";
import { baseDigest } from "../access/digest";
import { entitledGrants } from "../access/entitlements";
import { grantsOf } from "../access/grantsOf";
import type { GrantMode } from "../access/model";
import { companyOf } from "../customers/renamed";
import type { CustomerStatus, IsoDate, IsoTime, KeyStatus, OidcIdentity } from "../customers/model";
import type { StackInput } from "../project";

/** One customer as an update recorded it: what its file said. */
export interface CustomerOutput {
  repositories: readonly string[];
  status: CustomerStatus;
  /** When access was ended in an emergency, as its file said. */
  revoked?: IsoTime;
  /** Generation of its user, if not the first. */
  user?: number;
  expires?: IsoDate;
  awsAccount?: string;
  /** Name of its user, if it does not follow from the id. */
  userName?: string;
  /** From where it may pull, if not from anywhere. */
  networks?: readonly string[];
  vpcEndpoints?: readonly string[];
  /** The only regions in which it may pull. */
  regions?: readonly string[];
  /** Only these roles of it. */
  awsRoles?: readonly string[];
  /** Whose tokens may assume its role. */
  oidc?: OidcIdentity;
  /** It has a user beside its other identity. */
  withKey?: true;
  /** By what it is recognised under another id; earlier versions recorded none. */
  company?: string;
  /** Generation → status. */
  keys: Readonly<Record<string, KeyStatus>>;
}

/** One repository as an update recorded it. */
interface RepositoryOutput {
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
  /** `edge-agent@eu-central-1` → customers that someone took out of the policy by hand, and that it still leaves out. */
  withheld?: Readonly<Record<string, readonly string[]>>;
  /** Only with several cells. */
  cells?: CellsOutput;
  /** After an update that lost the network: keys that AWS may have created; the next update deletes them. */
  unansweredKeys?: readonly UnansweredKeys[];
}

/** Creations of keys of one IAM user that AWS has not answered: whoever gets such a key later has no secret. */
export interface UnansweredKeys {
  user: string;
  count: number;
  /** Between which times, `2026-11-28T07:24:00.000Z`. */
  since: string;
  until?: string;
}

/** What the base stack of several cells records. */
export interface BaseOutputs extends Omit<StackOutputs, "customers"> {
  /**
   * JSON of what one stack records as values: the engine and its SDK take values apart one by one in every
   * run, and with many customers that would be half of a change's time (docs/scale.md).
   */
  customers: string;
}

/** How the customers are spread, and what each part declared when it was last updated. */
interface CellsOutput {
  /** Over how many stacks. */
  count: number;
  /** Digest of the base stack's own part. */
  base: string;
  /** Cell's number → digest; a cell that was never updated is missing. */
  digests: Readonly<Record<string, string>>;
  /** A move of the customers to this number of cells has started and is not finished: nothing may be updated. */
  moving?: number;
}

/** What a cell's own stack records. */
export interface CellOutputs {
  digest: string;
}

/** The outputs of a stack that is declared from `input`. */
export function stackOutputs({
  config,
  customers,
  today,
  revokedInAws,
  withheld = new Map<string, ReadonlySet<string>>(),
}: StackInput): StackOutputs {
  const grants = entitledGrants(customers, config, today);
  const budgets = new Map(
    repositoryBudgets(grants, config).map((budget) => [budget.repository, budget]),
  );
  return {
    customers: Object.fromEntries(
      customers.map((customer) => {
        const { id, repositories, status, revoked, user, userName, expires } = customer;
        const { keys, name, source, networks, vpcEndpoints, regions } = customer;
        const output: CustomerOutput = {
          repositories,
          status,
          // What no file has said is not recorded as known.
          ...(revoked === undefined || revokedInAws?.has(id) === true ? {} : { revoked }),
          ...(user === undefined ? {} : { user }),
          ...(expires === undefined ? {} : { expires }),
          ...identityOf(customer),
          ...(userName === undefined ? {} : { userName }),
          ...(networks === undefined ? {} : { networks }),
          ...(vpcEndpoints === undefined ? {} : { vpcEndpoints }),
          ...(regions === undefined ? {} : { regions }),
          company: companyOf({ name, source }),
          keys: Object.fromEntries(keys.map((key) => [key.generation, key.status])),
        };
        return [id, output];
      }),
    ),
    repositories: Object.fromEntries(
      [...config.repositories].map(([repository, { grants: mode, regions }]) => [
        repository,
        {
          mode,
          regions,
          size: budgets.get(repository)?.used ?? 0,
          customers: grantsOf(grants, repository).length,
        },
      ]),
    ),
    ...(withheld.size === 0
      ? {}
      : { withheld: Object.fromEntries([...withheld].map(([at, ids]) => [at, [...ids].sort()])) }),
  };
}

/** The outputs of a base stack. @param digests - of the cells that are as `input` says, or were. */
export function celledOutputs(
  input: StackInput,
  digests: Readonly<Record<string, string>>,
): BaseOutputs {
  const { config, customers, today } = input;
  const base = baseDigest(customers, config, today);
  const outputs = stackOutputs(input);
  return {
    ...outputs,
    customers: JSON.stringify(outputs.customers),
    cells: { count: config.cells, base, digests },
  };
}
