import type { KnownCustomer } from "../../src/customers/renamed";
import { readLedgers } from "./ledger";

/**
 * Each record that imports remember, under the name that its file had. A ledger that cannot be read gives
 * none: the import itself refuses it.
 *
 * @param folder - the folder of the customer files.
 */
export function importedCustomers(folder: string): KnownCustomer[] {
  const { ledgers } = readLedgers(folder);
  return [...(ledgers ?? [])].flatMap(([system, { customers }]) =>
    [...customers].map(([record, { file }]) => ({
      id: file,
      company: `source ${system}/${record}`,
      repositories: [],
    })),
  );
}
