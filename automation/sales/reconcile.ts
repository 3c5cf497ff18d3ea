// What an export says and what the customer files say → what would change. Pure. The sales id finds
// the file, never the name.
import { type Problem, problemIn } from "../../src/problem";
import { byText } from "../../src/access/order";
import type { Customer } from "../../src/customers/model";
import { editedText, importedFields } from "./customerText";
import { LedgerEntries } from "./ledgerEntries";
import { NewCustomers } from "./newCustomers";
import type { CustomerChange, ImportNote, Reconciled, ReconcileInput } from "./reconciled";
import { normalId } from "./reading/recordId";
import type { MergedRecord } from "./records/duplicates";
import { wantedCustomer } from "./wanted";

/** Works out the changes; the same for any order of records, and none when nothing differs. */
export function reconcile(input: ReconcileInput): Reconciled {
  return new Reconciliation(input).run();
}

class Reconciliation {
  readonly #changes: CustomerChange[] = [];
  readonly #notes: ImportNote[] = [];
  readonly #problems: Problem[] = [];
  readonly #entries: LedgerEntries;
  readonly #new: NewCustomers;
  readonly #owned = new Map<string, Customer>();

  constructor(private readonly input: ReconcileInput) {
    const { customers, system, ids, idForm, ledger } = input;
    this.#entries = new LedgerEntries(ledger?.customers);
    this.#new = new NewCustomers(input);
    for (const customer of customers) {
      if (customer.source?.system !== system) continue;
      const id = normalId(customer.source.id, ids, idForm);
      const other = this.#owned.get(id);
      if (other === undefined) this.#owned.set(id, customer);
      else {
        const message = `expected a record that owns one file, got ${id}, which ${input.fileOf(other.id)} has too`;
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
    this.#entries.rememberOwned(this.#owned, this.#changes);
    this.#entries.rememberRows(records, removals === "suspend");
    return {
      changes: this.#changes.sort((a, b) => byText(a.customer, b.customer)),
      notes: this.#notes.sort((a, b) => byText(a.kind, b.kind) || byText(a.subject, b.subject)),
      absent,
      entries: this.#entries.all,
      problems: this.#problems,
    };
  }

  #create(record: MergedRecord): void {
    const created = this.#new.create(record);
    if (created.note !== undefined) this.#notes.push(created.note);
    if ("problem" in created) this.#problems.push(created.problem);
    if (created.change === undefined) return;
    this.#changes.push(created.change);
    this.#entries.rememberCreated(record.id, created.change.customer);
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
    this.#entries.rememberChanged(before, wanted, id);
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

  #text({ id }: Customer): string {
    return this.input.texts.get(id) ?? "";
  }

  #note(kind: ImportNote["kind"], { id, name }: Pick<Customer, "id" | "name">): void {
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
