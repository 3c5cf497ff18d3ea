import { basename, join, relative } from "node:path";
import {
  renamedCustomers,
  renamedFix,
  type KnownCustomer,
  type RenamedCustomer,
} from "../../src/customers/renamed";
import { printable } from "../../src/printable";
import { problemIn, type Problem } from "../../src/problem";
import type { StackInput } from "../../src/project";
import { earlierCustomers } from "./earlierCustomers";

/**
 * A problem for each customer file that had another name, according to git and to what imports remember.
 * `preview` and `up` find the same from what the last update recorded.
 *
 * @param folder - of the customer files, absolute.
 * @param imported - each customer of an import, under the name that its file had.
 */
export function renamedFileProblems(
  folder: string,
  { customers, retired }: StackInput,
  imported: readonly KnownCustomer[],
): Problem[] {
  const present = new Set(customers.map(({ id }) => id));
  const found = new Map<string, RenamedCustomer>();
  for (const before of [earlierCustomers(folder, present) ?? [], imported]) {
    for (const one of renamedCustomers(before, customers, retired ?? new Set())) {
      if (!found.has(one.after)) found.set(one.after, one);
    }
  }
  const shown = relative(process.cwd(), folder) || basename(folder);
  return [...found.values()].map((one) => {
    const message = `expected an id that stays, got a new file for the customer of ${one.before}.yaml: it would get another user and another key, and its current key would stop working`;
    const file = printable(join(shown, `${one.after}.yaml`));
    return problemIn(file, "file-renamed", message, renamedFix(one));
  });
}
