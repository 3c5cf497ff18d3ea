import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { GROUP_NAME, userArn, userName } from "../../src/access/arns";
import { principalArns } from "../../src/access/principals";
import { normalizedPrincipal } from "../../src/access/statementWords";
import { accountContext, type AccountContext } from "../../src/account/context";
import type { ObservedAccount } from "../../src/account/observed";
import type { KnownFiles } from "../../src/adopt/plan";
import { pullersOf } from "../../src/adopt/pullers";
import type { Puller } from "../../src/adopt/puller";
import { loadStackConfig, type StackConfig } from "../../src/config";
import { customerEntries } from "../../src/customers/entries";
import { loadCustomers } from "../../src/customers/load";
import type { Customer, IsoDate } from "../../src/customers/model";
import { loadRetired } from "../../src/customers/retired";
import { ProblemsError } from "../../src/problem";
import type { ObserveRequest } from "../aws/observe";

/** A stack's settings and the customer files that it has already, which may be none. */
export interface AdoptionInput {
  config: StackConfig;
  /** The folder of customer files, relative to the working directory. */
  folder: string;
  customers: readonly Customer[];
  retired: ReadonlySet<string>;
}

/**
 * Reads settings and customer files as every command does, but for a folder without any: before an adoption there
 * may be none.
 *
 * @throws ProblemsError with all problems of all files.
 */
export function adoptionInput(
  directory: string,
  stack: string,
  today: IsoDate,
  customersDirectory: string | undefined,
): AdoptionInput {
  const { config, problems } = loadStackConfig(directory, stack);
  if (config === undefined) throw new ProblemsError([...problems]);
  const folder = customersDirectory ?? relative(process.cwd(), join(directory, config.customers));
  const retired = loadRetired(directory);
  const isEmpty =
    !existsSync(folder) ||
    customerEntries(readdirSync(folder, { withFileTypes: true })).length === 0;
  const found = isEmpty
    ? { customers: [], problems: [] }
    : loadCustomers(folder, config, today, retired.ids);
  const all = [...retired.problems, ...found.problems];
  if (all.length > 0) throw new ProblemsError(all);
  const { customers } = found;
  return { config, folder, customers, retired: new Set(retired.ids.keys()) };
}

/** What of AWS an adoption reads: everything, and users of every path with their keys' last use. */
export function adoptionRequest(
  { account, namePrefix, repositories }: StackConfig,
  done: (user: string) => void,
): ObserveRequest {
  const places = [...repositories].flatMap(([repository, { regions }]) =>
    regions.map((region) => ({ repository, region })),
  );
  const group = `${namePrefix}${GROUP_NAME}`;
  return { account, group, places, users: "all", everyPath: true, lastUse: true, done };
}

/** Who can pull, and which files there are. */
export interface ReadAccount {
  context: AccountContext;
  pullers: readonly Puller[];
  files: KnownFiles;
}

/** The account as the plan takes it. */
export function readAccount(
  { config, customers, retired }: AdoptionInput,
  observed: ObservedAccount,
  today: IsoDate,
): ReadAccount {
  const context = accountContext({ settings: config, customers: [], today }, observed);
  const arns = new Map(observed.users.map(({ name, arn }) => [name, arn]));
  const declared = new Map(
    customers.flatMap((customer) => {
      const own = userName(config.namePrefix, customer);
      // Until its first update, an adopted user is where it was.
      const moved = userArn(config, own);
      const principals = principalArns(customer, config);
      return principals.map(
        (arn) => [arn === moved ? (arns.get(own) ?? arn) : asNamed(arn), customer.id] as const,
      );
    }),
  );
  const ids = new Set(customers.map(({ id }) => id));
  const isTaken = (id: string) => ids.has(id) || retired.has(id);
  return { context, pullers: pullersOf(context), files: { customers, declared, isTaken } };
}

/** As the plan names principals: an account in one form, whatever the partition. */
function asNamed(value: string): string {
  return normalizedPrincipal({ kind: "AWS", value }).value;
}
