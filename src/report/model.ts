// What a report is made from, as values.
import type { RepositoryBudget } from "../access/budget";
import type { Grant } from "../access/model";
import type { Customer, IsoDate, IsoTime } from "../customers/model";
import type { CustomerChange } from "../history/since";

/** A customer's access key. */
export interface ReportedKey {
  customer: string;
  generation: number;
  isActive: boolean;
  /** Day of its creation, or of its hand-over where AWS was not asked; undefined where neither is known. */
  since?: IsoDate;
  /** Day of its last use; null: never used. Undefined: not known, because AWS was not asked. */
  lastUsed?: IsoDate | null;
}

/** A difference between AWS and the files, in words. */
export interface ReportedDeviation {
  what: string;
  fix: string;
}

/** What changed since a day, from git. */
export interface ReportedChanges {
  since: IsoDate;
  changes: readonly CustomerChange[];
  /** The earliest day that git knows here, if it is later than `since`. */
  knownFrom?: IsoDate;
}

/** When customers pulled last, of the time that is known. */
export interface ReportedPulls {
  from: IsoTime;
  through: IsoTime;
  /** By customer. */
  last: ReadonlyMap<string, IsoTime>;
}

/** Everything that a report shows. */
export interface ReportFacts {
  stack: string;
  today: IsoDate;
  customers: readonly Customer[];
  /** Of today. */
  grants: readonly Grant[];
  /** All repositories of the catalogue, in name order. */
  repositories: readonly string[];
  budgets: readonly RepositoryBudget[];
  keys: readonly ReportedKey[];
  /** Undefined: AWS was not asked. */
  deviations?: readonly ReportedDeviation[];
  /** Undefined: `pulls` was never run here. */
  pulls?: ReportedPulls;
  /** Undefined: the files are not in git. A text: why git could not read their history. */
  changes?: ReportedChanges | string;
}
