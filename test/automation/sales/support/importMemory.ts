import type { Mapping } from "../../../../automation/sales/mapping/mapping";
import { readExportBytes, type ExportSource } from "../../../../automation/sales/readExport";
import type { LedgerEntry } from "../../../../automation/sales/ledger";
import { reconcile } from "../../../../automation/sales/reconcile";
import type { Reconciled } from "../../../../automation/sales/reconciled";
import { byText } from "../../../../src/access/order";
import type { Customer } from "../../../../src/customers/model";
import { parseCustomer } from "../../../../src/customers/parse";
import { formatProblem } from "../../../../src/problem";
import { CATALOGUE, mappingOf, TODAY } from "./read";

/** Imports without files: what would be written is kept, and read by the next import. */
export class ImportMemory {
  readonly mapping: Mapping;
  /** Texts of the customer files, by id. */
  readonly #texts: Map<string, string>;
  #entries: ReadonlyMap<string, LedgerEntry> = new Map();

  constructor(mapping: string, texts: Readonly<Record<string, string>> = {}) {
    this.mapping = mappingOf(mapping);
    this.#texts = new Map(Object.entries(texts));
  }

  /** What the files say. */
  customers(): Customer[] {
    return [...this.#texts]
      .sort(([a], [b]) => byText(a, b))
      .map(([id, text]) => {
        const { customer, problems } = parseCustomer(text, id, `${id}.yaml`);
        if (customer === undefined) throw new Error(problems.map(formatProblem).join("\n"));
        return customer;
      });
  }

  /** What an import would do; undefined when the export is refused. */
  async plan(
    source: Uint8Array,
    removals: "report" | "suspend" = "report",
  ): Promise<Reconciled | undefined> {
    const context = { file: "export.csv", catalogue: CATALOGUE, today: TODAY };
    const { source: read } = await readExportBytes(source, this.mapping, context);
    return read === undefined ? undefined : this.#reconcile(read, removals);
  }

  /** Imports. @throws when the export is refused */
  async import(source: Uint8Array, removals: "report" | "suspend" = "report"): Promise<Reconciled> {
    const plan = await this.plan(source, removals);
    if (plan === undefined) throw new Error("refused");
    for (const { customer, textAfter } of plan.changes) this.#texts.set(customer, textAfter);
    this.#entries = plan.entries;
    return plan;
  }

  #reconcile(read: ExportSource, removals: "report" | "suspend"): Reconciled {
    const { system, ids, idForm } = this.mapping;
    return reconcile({
      system,
      ids,
      idForm,
      hasEnds: this.mapping.columns.expires !== undefined,
      records: read.records,
      ignoredIds: read.ignoredIds,
      customers: this.customers(),
      texts: this.#texts,
      ledger: { mapping: {}, customers: this.#entries },
      namesGiven: new Map(),
      retired: new Set(),
      removals,
      today: TODAY,
      exportFile: "export.csv",
      fileOf: (customer) => `${customer}.yaml`,
    });
  }
}
