import { basename, join, relative, resolve } from "node:path";
import {
  renamedCustomers,
  renamedFix,
  type KnownCustomer,
  type RenamedCustomer,
} from "../../src/customers/renamed";
import { printable } from "../../src/printable";
import { problemIn, type Problem } from "../../src/problem";
import type { StackInput } from "../../src/project";
import { readLedgers } from "./ledger";
import { earlierCustomers } from "../files/earlierCustomers";

/**
 * A problem for each customer file that had another name, according to git and to what imports remember.
 * `preview` and `up` find the same from what the last update recorded.
 *
 * @param directory - the project's folder.
 * @param customersDirectory - another folder of customer files than the one in the settings.
 */
export function renamedFileProblems(
  directory: string,
  { config, customers, retired }: StackInput,
  customersDirectory: string | undefined,
): Problem[] {
  const folder = resolve(customersDirectory ?? join(directory, config.customers));
  const present = new Set(customers.map(({ id }) => id));
  const found = new Map<string, RenamedCustomer>();
  for (const before of [earlierCustomers(folder, present) ?? [], importedCustomers(folder)]) {
    for (const one of renamedCustomers(before, customers, retired ?? new Set())) {
      if (!found.has(one.after)) found.set(one.after, one);
    }
  }
  const shown = relative(process.cwd(), folder) || basename(folder);
  return [...found.values()].map((one) => {
    const message = `expected an id that stays, got a new file for the customer of ${one.before}.yaml: it would get another user and another key, and its present key would stop working`;
    const file = printable(join(shown, `${one.after}.yaml`));
    return problemIn(file, "file-renamed", message, renamedFix(one));
  });
}

/** Each record of an import, with the file that it had. */
function importedCustomers(folder: string): KnownCustomer[] {
  const { ledgers } = readLedgers(folder);
  return [...(ledgers ?? [])].flatMap(([system, { customers }]) =>
    [...customers].map(([record, { file }]) => ({
      id: file,
      company: `source ${system}/${record}`,
      repositories: [],
    })),
  );
}
