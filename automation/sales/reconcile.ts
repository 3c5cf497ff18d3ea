// What an export says and what the customer files say → what would change. Pure. The sales id finds
// the file, never the name.
import { accessEnded } from "../../src/access/entitlements";
import { byText } from "../../src/access/order";
import type { Customer, IsoDate } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import {
  newCustomerText,
  setContact,
  setExpires,
  setName,
  setRepositories,
  setStatus,
  UneditableFileError,
} from "../../src/customers/write";
import { problemIn, type Problem } from "../../src/problem";
import { fold } from "./reading/cellText";
import { fileNameFor } from "./fileName";
import type { Ledger, LedgerEntry } from "./ledger";
import { normalId, type IdKind } from "./reading/recordId";
import type { SalesRecord } from "./records";

export interface ReconcileInput {
  system: string;
  ids: IdKind;
  /** One for each id, in order of the ids. */
  records: readonly SalesRecord[];
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
  /** What becomes of customers that the export does not name. */
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

/** Something that a person should know and that changes no file. */
export interface ImportNote {
  kind:
    | "absent"
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
    const { customers, system, ids, ledger, namesGiven, retired } = input;
    this.#entries = new Map(ledger?.customers);
    this.#taken = new Set([...customers.map(({ id }) => id), ...namesGiven.keys(), ...retired]);
    for (const customer of customers) {
      if (customer.source?.system !== system) continue;
      const id = normalId(customer.source.id, ids);
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

  #create(record: SalesRecord): void {
    const { system, today, exportFile, customers, ledger, retired } = this.input;
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
    // A person has ended this customer for good, so only a person brings it back.
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
    const twin = customers.some(
      (one) => one.source?.system !== system && fold(one.name) === fold(name),
    );
    if (twin) this.#notes.push({ kind: "same-name", subject: customer, name });
  }

  /** A record whose file was deleted gets its name back, and no other does. */
  #fileName(id: string, name: string): string {
    const { system, customers, ledger } = this.input;
    const given = ledger?.customers.get(id)?.file;
    if (given !== undefined && !customers.some((one) => one.id === given)) return given;
    return fileNameFor(name, { system, id }, (candidate) => this.#taken.has(candidate));
  }

  #update(before: Customer, record: SalesRecord): void {
    const wanted = this.#wanted(before, record);
    if (before.protected) {
      // Not even its name: the file stays as it is.
      if (valuesOf(wanted) !== valuesOf(before)) this.#note("protected", before);
      return;
    }
    const isHeld = record.action === "grant" && wanted.status === "suspended";
    if (isHeld) this.#note("suspended-by-hand", before);
    this.#change(before, wanted, record, "status");
  }

  /** The owned customer as the record wants it; what the record says nothing about stays. */
  #wanted(before: Customer, record: SalesRecord): Customer {
    const { action, name, contact, repositories, expires } = record;
    const wanted = { ...before, name: name || before.name };
    if (contact !== "") wanted.contact = contact;
    if (action === "keep") return wanted;
    if (action === "suspend") return { ...wanted, status: "suspended" };
    const byImport = this.#entries.get(record.id)?.suspended === true;
    // A person's suspension ends only by a person: it may be about more than what sales knows.
    const status = before.status === "active" || byImport ? "active" : "suspended";
    if (expires === null) delete wanted.expires;
    else if (expires !== undefined) wanted.expires = expires;
    return { ...wanted, status, repositories };
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
    const textAfter = this.#editedOrProblem(before, wanted);
    if (textAfter === undefined) return;
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

  /** The text that says what is wanted, read back; a problem when the file cannot be edited so. */
  #editedOrProblem(before: Customer, wanted: Customer): string | undefined {
    let reason = "the edit does not read as it should";
    try {
      const text = this.#edited(before, wanted);
      const read = parseCustomer(text, before.id, before.id).customer;
      if (read !== undefined && valuesOf(read) === valuesOf(wanted)) return text;
    } catch (error) {
      if (!(error instanceof UneditableFileError)) throw error;
      reason = error.message;
    }
    const file = this.input.fileOf(before.id);
    const message = `expected a file that an import can edit, but ${reason}`;
    const fix =
      "Write it as docs/customer-file.md shows, or make this change by hand; then import again.";
    this.#problems.push(problemIn(file, "file-editable", message, fix));
    return undefined;
  }

  #remember(before: Customer, wanted: Customer, record: string): void {
    const entry = this.#entries.get(record);
    const suspends = before.status === "active" && wanted.status === "suspended";
    const stays = entry?.suspended === true && wanted.status === "suspended";
    const suspended = suspends || stays;
    this.#entries.set(record, { file: before.id, ...(suspended ? { suspended: true } : {}) });
  }

  /** Every owned file is known by its record; who is active was not suspended by an import. */
  #rememberAll(): void {
    const changed = new Map(this.#changes.map(({ customer, after }) => [customer, after]));
    for (const [record, customer] of this.#owned) {
      const { id: file, status } = changed.get(customer.id) ?? customer;
      const suspended = status === "suspended" && this.#entries.get(record)?.suspended === true;
      this.#entries.set(record, { file, ...(suspended ? { suspended } : {}) });
    }
  }

  /**
   * Only the fields that differ are touched, so that equal data is an equal file. @throws
   * UneditableFileError
   */
  #edited(before: Customer, wanted: Customer): string {
    let text = this.#text(before);
    if (wanted.name !== before.name) text = setName(text, wanted.name);
    if (wanted.repositories.join() !== before.repositories.join()) {
      text = setRepositories(text, wanted.repositories);
    }
    if (wanted.status !== before.status) text = setStatus(text, wanted.status);
    if (wanted.expires !== before.expires) text = setExpires(text, wanted.expires);
    if (wanted.contact !== before.contact && wanted.contact !== undefined) {
      text = setContact(text, wanted.contact);
    }
    return text;
  }

  #text({ id }: Customer): string {
    return this.input.texts.get(id) ?? "";
  }

  #note(kind: ImportNote["kind"], { id, name }: Pick<Customer, "id" | "name">): void {
    this.#notes.push({ kind, subject: id, name });
  }

  #noteRecord(kind: ImportNote["kind"], { id, name }: SalesRecord): void {
    this.#notes.push({ kind, subject: id, name });
  }
}

/** What an import may change, as one text. */
function valuesOf({ name, repositories, status, expires, contact }: Customer): string {
  return JSON.stringify([name, repositories, status, expires, contact]);
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
