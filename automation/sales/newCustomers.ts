// Records without a file → new customer files, or why a record gets none.
import { type Problem, problemIn } from "../../src/problem";
import { accessEnded } from "../../src/access/entitlements";
import type { Customer } from "../../src/customers/model";
import { newCustomerText } from "../../src/customers/newText";
import { fileNameFor } from "./fileName";
import type { CustomerChange, ImportNote, ReconcileInput } from "./reconciled";
import { yamlLine } from "./reading/proposals";
import type { MergedRecord } from "./records/duplicates";
import { companyKey } from "./sameCompany";

/** What a record without a file comes to. */
export type NewCustomer =
  | { change: CustomerChange; note?: ImportNote }
  | { change?: undefined; note: ImportNote }
  | { change?: undefined; note?: undefined; problem: Problem };

/** Creates customers; no two of them get the same file name. */
export class NewCustomers {
  readonly #taken: Set<string>;

  constructor(private readonly input: ReconcileInput) {
    const { customers, namesGiven, retired } = input;
    this.#taken = new Set([...customers.map(({ id }) => id), ...namesGiven.keys(), ...retired]);
  }

  create(record: MergedRecord): NewCustomer {
    const { system, today, exportFile, ledger, retired } = this.input;
    const { id, line, repositories, contact } = record;
    const name = record.name || contact;
    if (record.action !== "grant") return { note: recordNote("no-access", record) };
    const expires = record.expires ?? undefined;
    if (accessEnded({ status: "active", expires }, today)) {
      return { note: recordNote("ended", record) };
    }
    // An operator has ended this customer, so only an operator brings it back.
    if (retired.has(ledger?.customers.get(id)?.file ?? "")) {
      return { note: recordNote("off-boarded", record) };
    }
    if (name === "") {
      const message = `expected a name for the new customer ${id}, got a blank cell`;
      const fix = "Write the company's name in the sales system, and export again.";
      const problem = problemIn(exportFile, "record-name", message, fix, { line, column: 1 });
      return { problem };
    }
    if (record.expires === undefined && this.input.hasEnds) {
      return { problem: this.#withoutEnd(record) };
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
    const note = this.#sameName(customer, name, id);
    return {
      change: { customer, record: id, line, kind: "new", after, textAfter },
      ...(note === undefined ? {} : { note }),
    };
  }

  /** The mapping's `blank: keep` keeps the end in a file, and a new customer has none. */
  #withoutEnd({ id, line }: MergedRecord): Problem {
    const { system, exportFile } = this.input;
    const message = `expected an end date for the new customer ${id}, got a blank cell, and no file whose end would stay`;
    const source = yamlLine("source", { system, id });
    const fix = `Write its end date in the sales system, and export again. If its access has no end, write its file by hand, with \`${source}\`.`;
    return problemIn(exportFile, "record-end-new", message, fix, { line, column: 1 });
  }

  /** A file by hand, or of another system, that is probably about the same company. */
  #sameName(customer: string, name: string, id: string): ImportNote | undefined {
    const { customers, system } = this.input;
    const key = companyKey(name);
    const isSame = (one: Customer) =>
      one.source?.system !== system && (companyKey(one.name) === key || one.id === key);
    const twin = key === "" ? undefined : customers.find(isSame);
    if (twin === undefined) return undefined;
    const line = yamlLine("source", { system, id });
    const other = { file: this.input.fileOf(twin.id), line };
    return { kind: "same-name", subject: customer, name, other };
  }

  /** A record whose file was deleted gets its name back, and no other does. */
  #fileName(id: string, name: string): string {
    const { system, customers, ledger } = this.input;
    const given = ledger?.customers.get(id)?.file;
    if (given !== undefined && !customers.some((one) => one.id === given)) return given;
    return fileNameFor(name, { system, id }, (candidate) => this.#taken.has(candidate));
  }
}

function recordNote(kind: ImportNote["kind"], { id, name }: MergedRecord): ImportNote {
  return { kind, subject: id, name };
}
