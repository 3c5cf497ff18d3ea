// What imports remember of each record from now on.
import type { Customer } from "../../src/customers/model";
import type { LedgerEntry } from "./ledger";
import type { CustomerChange } from "./reconciled";
import type { MergedRecord } from "./records/duplicates";

/** The entries of a ledger while an import is worked out, by the record's id. */
export class LedgerEntries {
  readonly #entries: Map<string, LedgerEntry>;

  constructor(entries: ReadonlyMap<string, LedgerEntry> = new Map()) {
    this.#entries = new Map(entries);
  }

  get all(): ReadonlyMap<string, LedgerEntry> {
    return this.#entries;
  }

  get(record: string): LedgerEntry | undefined {
    return this.#entries.get(record);
  }

  /** A record got a file. */
  rememberCreated(record: string, file: string): void {
    this.#entries.set(record, { file });
  }

  /** A record's file is as the import wants it. */
  rememberChanged(before: Customer, wanted: Customer, record: string): void {
    const entry = this.#entries.get(record);
    const suspends = before.status === "active" && wanted.status === "suspended";
    const stays = entry?.suspended === true && wanted.status === "suspended";
    const suspended = suspends || stays;
    this.#entries.set(record, {
      ...entry,
      file: before.id,
      suspended: suspended ? true : undefined,
    });
  }

  /** Every owned file is known by its record; who is active was not suspended by an import. */
  rememberOwned(owned: ReadonlyMap<string, Customer>, changes: readonly CustomerChange[]): void {
    const changed = new Map(changes.map(({ customer, after }) => [customer, after]));
    for (const [record, customer] of owned) {
      const { id: file, status } = changed.get(customer.id) ?? customer;
      const entry = this.#entries.get(record);
      const suspended = status === "suspended" && entry?.suspended === true;
      this.#entries.set(record, { ...entry, file, suspended: suspended ? true : undefined });
    }
  }

  /**
   * With the number of its rows a later import notices that some are missing. A smaller number counts
   * only when the export is said to be complete, or else the next import would take it for whole.
   */
  rememberRows(records: readonly MergedRecord[], isComplete: boolean): void {
    for (const { id, rows } of records) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      const most = isComplete ? rows : Math.max(rows, entry.rows ?? 1);
      this.#entries.set(id, { ...entry, rows: most > 1 ? most : undefined });
    }
  }
}
