// What an import is asked for, and the plan that comes of it.
import type { AccessChange } from "../../src/access/difference";
import type { IsoDate } from "../../src/customers/model";
import type { Problem } from "../../src/problem";
import type { ImportFacts } from "./importLimits";
import type { PlannedWrite } from "./journal";
import type { CustomerChange, ImportNote } from "./reconciled";
import type { ReadRecords } from "./records/records";

/** What is imported, and into what. Paths are absolute, or relative to the working directory. */
export interface ImportRequest {
  /** The project's folder, with `Pulumi.<stack>.yaml`. */
  directory: string;
  stack: string;
  /** A folder of customer files instead of the one in the settings. */
  customersDirectory?: string;
  exportPath: string;
  mappingPath: string;
  /** What happens to customers that are not in the export. */
  removals: "report" | "suspend";
  today: IsoDate;
}

/** Everything that an import would do. */
export interface ImportPlan {
  stack: string;
  system: string;
  /** As the user knows it. */
  exportFile: string;
  /** How the export was read, e.g. `CSV, UTF-8, comma`, and what to know about that. */
  how: string;
  readingNotes: readonly string[];
  counts: ReadRecords["counts"] & { customers: number };
  /** In order of the customers' ids. */
  changes: readonly CustomerChange[];
  notes: readonly ImportNote[];
  access: readonly AccessChange[];
  facts: ImportFacts;
  /** The folder of the customer files. */
  folder: string;
  /** Files to write, the ledger included; empty when nothing changes. */
  writes: readonly PlannedWrite[];
  /** SHA-256 of all that would be written and of what it replaces, in hexadecimal. */
  digest: string;
}

/** Either a plan, or all problems. */
export type PlannedImport =
  { plan: ImportPlan; problems: readonly [] } | { plan?: undefined; problems: Problem[] };
