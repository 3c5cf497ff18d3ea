// What an export says and what the customer files say → what would change. Pure. The sales id finds
// the file, never the name.
import { type Problem, problemIn } from "../../src/problem";
import { accessEnded } from "../../src/access/entitlements";
import { byText } from "../../src/access/order";
import type { Customer, IsoDate } from "../../src/customers/model";
import { newCustomerText } from "../../src/customers/newText";
import { editedText, importedFields } from "./customerText";
import { fileNameFor } from "./fileName";
import type { Ledger, LedgerEntry } from "./ledger";
import { normalId, type IdForm, type IdKind } from "./reading/recordId";
import type { MergedRecord } from "./records/duplicates";
import { yamlLine } from "./reading/proposals";
import { companyKey } from "./sameCompany";
import { wantedCustomer } from "./wanted";

export interface ReconcileInput {
  system: string;
  ids: IdKind;
  idForm: IdForm;
  /** One for each id, in order of the ids. */
  records: readonly MergedRecord[];
  /** Ids with rows that say nothing. */
  ignoredIds: ReadonlySet<string>;
  /** All customers, of this system or not. */
  customers: readonly Customer[];
  /** Texts of the files of this system's customers, by the customer's id. */
  texts: ReadonlyMap<string, string>;
  /** Of this system. */
  ledger: Ledger | undefined;
  /** File names that imports of any system ever gave, each with its record (`hubspot/4711`). */
  namesGiven: ReadonlyMap<string, string>;
  /** Ids of customers that were off-boarded: never used again. */
  retired: ReadonlySet<string>;
  /** What happens to customers that are not in the export. */
  removals: "report" | "suspend";
  today: IsoDate;
  /** The export, as the user knows it. */
  exportFile: string;
  /** A customer's file, as the user knows it. */
  fileOf(customer: string): string;
}

/** One file that would be written. */
export interface CustomerChange {
  customer: string;
  /** The record's id, and the line of its row; none for one that is absent. */
  record: string;
  line?: number;
  kind: "new" | "changed";
  /** Why it is suspended, if it is now. */
  suspendedBy?: "status" | "absence";
  before?: Customer;
  after: Customer;
  textBefore?: string;
  textAfter: string;
}

/** Something to know that changes no file. */
export interface ImportNote {
  kind:
    | "absent"
    | "fewer-rows"
    | "ignored"
    | "protected"
    | "suspended-by-hand"
    | "off-boarded"
    | "same-name"
    | "ended"
    | "no-access";
  /** The customer, or the record's id where there is no file. */
  subject: string;
  /** Display name. */
  name: string;
  /** The file that is concerned besides, and what to write into it. */
  other?: { file: string; line: string };
}

export interface Reconciled {
  changes: CustomerChange[];
  notes: ImportNote[];
  /** Owned customers that the export does not name. */
  absent: Customer[];
  /** What imports remember from now on. */
  entries: ReadonlyMap<string, LedgerEntry>;
  problems: Problem[];
}

/** Works out the changes; the same for any order of records, and none when nothing differs. */
export function reconcile(input: ReconcileInput): Reconciled {
  return new Reconciliation(input).run();
}

class Reconciliation {
  readonly #changes: CustomerChange[] = [];
  readonly #notes: ImportNote[] = [];
  readonly #problems: Problem[] = [];
  readonly #entries: Map<string, LedgerEntry>;
  readonly #owned = new Map<string, Customer>();
  readonly #taken: Set<string>;

  constructor(private readonly input: ReconcileInput) {
    const { customers, system, ids, idForm, ledger, namesGiven, retired } = input;
    this.#entries = new Map(ledger?.customers);
    this.#taken = new Set([...customers.map(({ id }) => id), ...namesGiven.keys(), ...retired]);
    for (const customer of customers) {
      if (customer.source?.system !== system) continue;
      const id = normalId(customer.source.id, ids, idForm);
      const other = this.#owned.get(id);
      if (other === undefined) this.#owned.set(id, customer);
      else {
        const message = `expected a record that owns one file, got ${id}, which owns ${input.fileOf(other.id)} too`;
        const fix = "Correct the id, or delete `source` in one of the two.";
        this.#problems.push(problemIn(input.fileOf(customer.id), "source-unique", message, fix));
      }
    }
  }

  run(): Reconciled {
    const { records, ignoredIds, removals } = this.input;
    const named = new Set(records.map(({ id }) => id));
    for (const record of records) {
      const owned = this.#owned.get(record.id);
      if (owned === undefined) this.#create(record);
      else this.#update(owned, record);
    }
    const absent: Customer[] = [];
    for (const [id, customer] of this.#owned) {
      if (named.has(id)) continue;
      if (ignoredIds.has(id)) this.#note("ignored", customer);
      else {
        absent.push(customer);
        if (removals === "suspend" && customer.status === "active")
          this.#suspendAbsent(customer, id);
        else this.#note("absent", customer);
      }
    }
    this.#rememberAll();
    return {
      changes: this.#changes.sort((a, b) => byText(a.customer, b.customer)),
      notes: this.#notes.sort((a, b) => byText(a.kind, b.kind) || byText(a.subject, b.subject)),
      absent,
      entries: this.#entries,
      problems: this.#problems,
    };
  }

  #create(record: MergedRecord): void {
    const { system, today, exportFile, ledger, retired } = this.input;
    const { id, line, repositories, contact } = record;
    const name = record.name || contact;
    if (record.action !== "grant") {
      this.#noteRecord("no-access", record);
      return;
    }
    const expires = record.expires ?? undefined;
    if (accessEnded({ status: "active", expires }, today)) {
      this.#noteRecord("ended", record);
      return;
    }
    // An operator has ended this customer, so only an operator brings it back.
    if (retired.has(ledger?.customers.get(id)?.file ?? "")) {
      this.#noteRecord("off-boarded", record);
      return;
    }
    if (name === "") {
      const message = `expected a name for the new customer ${id}, got a blank cell`;
      const fix = "Write the company's name in the sales system, and export again.";
      this.#problems.push(problemIn(exportFile, "record-name", message, fix, { line, column: 1 }));
      return;
    }
    const customer = this.#fileName(id, name);
    this.#taken.add(customer);
    const after: Customer = {
      id: customer,
      name,
      repositories,
      status: "active",
      keys: [{ generation: 1, status: "active" }],
      protected: false,
      ...(expires === undefined ? {} : { expires }),
      ...(contact === "" ? {} : { contact }),
      source: { system, id },
    };
    const textAfter = newCustomerText(after);
    this.#changes.push({ customer, record: id, line, kind: "new", after, textAfter });
    this.#entries.set(id, { file: customer });
    this.#noteSameName(customer, name, id);
  }

  /** A file by hand, or of another system, that is probably about the same company. */
  #noteSameName(customer: string, name: string, id: string): void {
    const { customers, system } = this.input;
    const key = companyKey(name);
    const isSame = (one: Customer) =>
      one.source?.system !== system && (companyKey(one.name) === key || one.id === key);
    const twin = key === "" ? undefined : customers.find(isSame);
    if (twin === undefined) return;
    const line = yamlLine("source", { system, id });
    const other = { file: this.input.fileOf(twin.id), line };
    this.#notes.push({ kind: "same-name", subject: customer, name, other });
  }

  /** A record whose file was deleted gets its name back, and no other does. */
  #fileName(id: string, name: string): string {
    const { system, customers, ledger } = this.input;
    const given = ledger?.customers.get(id)?.file;
    if (given !== undefined && !customers.some((one) => one.id === given)) return given;
    return fileNameFor(name, { system, id }, (candidate) => this.#taken.has(candidate));
  }

  #update(before: Customer, record: MergedRecord): void {
    const entry = this.#entries.get(record.id);
    const isWhole = this.input.removals === "suspend" || record.rows >= (entry?.rows ?? 1);
    const wanted = wantedCustomer(before, record, entry, isWhole);
    if (before.protected) {
      // Not even its name: the file stays unchanged.
      if (importedFields(wanted) !== importedFields(before)) this.#note("protected", before);
      return;
    }
    const full = isWhole ? wanted : wantedCustomer(before, record, entry, true);
    if (importedFields(full) !== importedFields(wanted)) this.#note("fewer-rows", before);
    const isHeld = record.action === "grant" && wanted.status === "suspended";
    if (isHeld) this.#note("suspended-by-hand", before);
    this.#change(before, wanted, record, "status");
  }

  #suspendAbsent(customer: Customer, record: string): void {
    if (customer.protected) {
      this.#note("protected", customer);
      return;
    }
    this.#change(customer, { ...customer, status: "suspended" }, { id: record }, "absence");
  }

  #change(
    before: Customer,
    wanted: Customer,
    { id, line }: { id: string; line?: number },
    suspendedBy: "status" | "absence",
  ): void {
    const textBefore = this.#text(before);
    const { text: textAfter, reason } = editedText(textBefore, before, wanted);
    if (textAfter === undefined) {
      this.#uneditable(before, reason);
      return;
    }
    this.#remember(before, wanted, id);
    if (textAfter === textBefore) return;
    const isSuspended = before.status === "active" && wanted.status === "suspended";
    this.#changes.push({
      customer: before.id,
      record: id,
      ...(line === undefined ? {} : { line }),
      kind: "changed",
      ...(isSuspended ? { suspendedBy } : {}),
      before,
      after: wanted,
      textBefore,
      textAfter,
    });
  }

  #uneditable({ id }: Customer, reason: string): void {
    const file = this.input.fileOf(id);
    const message = `expected a file that an import can edit, but ${reason}`;
    const fix =
      "Write it as docs/customer-file.md shows, or make this change by hand; then import again.";
    this.#problems.push(problemIn(file, "file-editable", message, fix));
  }

  #remember(before: Customer, wanted: Customer, record: string): void {
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
  #rememberAll(): void {
    const changed = new Map(this.#changes.map(({ customer, after }) => [customer, after]));
    for (const [record, customer] of this.#owned) {
      const { id: file, status } = changed.get(customer.id) ?? customer;
      const entry = this.#entries.get(record);
      const suspended = status === "suspended" && entry?.suspended === true;
      this.#entries.set(record, { ...entry, file, suspended: suspended ? true : undefined });
    }
    this.#rememberRows();
  }

  /**
   * With the number of its rows a later import notices that some are missing. A smaller number counts
   * only when the export is said to be complete, or else the next import would take it for whole.
   */
  #rememberRows(): void {
    const isComplete = this.input.removals === "suspend";
    for (const { id, rows } of this.input.records) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      const most = isComplete ? rows : Math.max(rows, entry.rows ?? 1);
      this.#entries.set(id, { ...entry, rows: most > 1 ? most : undefined });
    }
  }

  #text({ id }: Customer): string {
    return this.input.texts.get(id) ?? "";
  }

  #note(kind: ImportNote["kind"], { id, name }: Pick<Customer, "id" | "name">): void {
    this.#notes.push({ kind, subject: id, name });
  }

  #noteRecord(kind: ImportNote["kind"], { id, name }: MergedRecord): void {
    this.#notes.push({ kind, subject: id, name });
  }
}

/** All customers as they are after the changes, in order of their ids. */
export function customersAfter(
  customers: readonly Customer[],
  changes: readonly CustomerChange[],
): Customer[] {
  const after = new Map(customers.map((customer) => [customer.id, customer]));
  for (const change of changes) after.set(change.customer, change.after);
  return [...after.values()].sort((a, b) => byText(a.id, b.id));
}
