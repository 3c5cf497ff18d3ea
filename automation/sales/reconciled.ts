// What an import compares, and what comes of it.
import type { Problem } from "../../src/problem";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { Ledger, LedgerEntry } from "./ledger";
import type { IdForm, IdKind } from "./reading/recordId";
import type { MergedRecord } from "./records/duplicates";

/** What an export says, and what the customer files say. */
export interface ReconcileInput {
  system: string;
  ids: IdKind;
  idForm: IdForm;
  /** The export has a column of end dates. */
  hasEnds: boolean;
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
