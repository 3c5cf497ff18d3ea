// What a customer's file should say according to its record. What the record does not mention stays.
import { byText } from "../../src/access/order";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { LedgerEntry } from "./ledger";
import type { MergedRecord } from "./records/duplicates";

/**
 * @param entry - what imports remember of the record.
 * @param isWhole - the export holds all rows of the record that were there at the last import.
 */
export function wantedCustomer(
  before: Customer,
  record: MergedRecord,
  entry: LedgerEntry | undefined,
  isWhole: boolean,
): Customer {
  const { action, name, contact } = record;
  const wanted = { ...before, name: name || before.name };
  if (contact !== "") wanted.contact = contact;
  if (action === "keep") return wanted;
  if (action === "suspend") return isWhole ? { ...wanted, status: "suspended" } : wanted;
  // A suspension by hand is lifted by hand only: it may have reasons that sales does not know.
  const status = before.status === "active" || entry?.suspended === true ? "active" : "suspended";
  const expires = wantedEnd(before.expires, record, isWhole);
  if (expires === undefined) delete wanted.expires;
  else wanted.expires = expires;
  const kept = before.repositories.filter((one) => !isWhole || record.kept.includes(one));
  const repositories = [...new Set([...record.repositories, ...kept])].sort(byText);
  return { ...wanted, status, repositories };
}

function wantedEnd(
  before: IsoDate | undefined,
  { expires, endStays }: MergedRecord,
  isWhole: boolean,
): IsoDate | undefined {
  if (expires === undefined) return before;
  if (expires === null) return undefined;
  const mayShorten = isWhole && !endStays;
  return mayShorten || (before !== undefined && before < expires) ? expires : before;
}
