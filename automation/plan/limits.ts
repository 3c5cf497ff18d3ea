import { counted, digits } from "../../src/counted";
import { renamedFix, type RenamedCustomer } from "../../src/customers/renamed";

/**
 * What an update may do unless an option of that run allows more: one bad file must not cut off
 * paying customers (docs/architecture.md, "Limits"). Pure: counts in, refusals out.
 */

/** The percentage of the customers with access that may lose it in one run. */
const LOSS_PERCENT = 10;

/** What is allowed for one run. Never read from a file. */
export interface Allowances {
  /** `--allow-revocations N`: up to N customers may lose access, instead of the usual limit. */
  revocations?: number;
  /** `--allow-replacements N`: up to N users, keys or repositories may be replaced. */
  replacements?: number;
  /** `--allow-unknown-changes`. */
  unknownChanges?: boolean;
}

/** What an update would do, as far as the limits are concerned. */
export interface LimitedFacts {
  /** How many customers have access today according to the last update; undefined without one. */
  entitled: number | undefined;
  /** Ids of those that would lose access. */
  losers: readonly string[];
  /** Customers whose file has another name than at the last update. */
  renamed: readonly RenamedCustomer[];
  /** What would be replaced and must not be, in words. */
  replacements: readonly string[];
  /** What of the engine's answer is not understood, in words. */
  unknown: readonly string[];
}

/** Why an update stops before its first write. */
export interface Refusal {
  limit: "revocations" | "renamed-files" | "replacements" | "unknown-changes";
  message: string;
  /** Who or what it is about. */
  items: readonly string[];
  /** The option that allows the same update; none where nothing does. */
  flag?: string;
  /** What to do where no option allows it. */
  fix?: string;
}

/** How many customers may lose access in one run: 10 % of those that have it, and always one. */
export function revocationLimit(entitled: number): number {
  return Math.max(1, Math.floor((entitled * LOSS_PERCENT) / 100));
}

/** Every limit that the update exceeds; empty when it may continue. */
export function refusals(facts: LimitedFacts, allowed: Allowances): Refusal[] {
  const { entitled, losers, renamed, replacements, unknown } = facts;
  const found: Refusal[] = [];
  if (renamed.length > 0) {
    found.push({
      limit: "renamed-files",
      message: `${counted(renamed.length, "customer file")} ${renamed.length === 1 ? "was" : "were"} renamed: with another id a customer gets another user and another key, and its present key stops working`,
      items: renamed.map(({ before, after }) => `${after}.yaml was ${before}.yaml`),
      fix: renamed.map(renamedFix).join(" "),
    });
  }
  const mayLose = allowed.revocations ?? revocationLimit(entitled ?? 0);
  if (losers.length > mayLose) {
    const who =
      entitled === undefined
        ? counted(losers.length, "customer")
        : `${digits(losers.length)} of ${counted(entitled, "customer")}`;
    found.push({
      limit: "revocations",
      message: `${who} would lose access; the limit is ${digits(mayLose)}`,
      items: losers,
      flag: `--allow-revocations ${losers.length}`,
    });
  }
  const mayReplace = allowed.replacements ?? 0;
  if (replacements.length > mayReplace) {
    found.push({
      limit: "replacements",
      message: `${replacements.length} users, keys or repositories of customers that keep access would be replaced or deleted; the limit is ${mayReplace}`,
      items: replacements,
      flag: `--allow-replacements ${replacements.length}`,
    });
  }
  if (unknown.length > 0 && allowed.unknownChanges !== true) {
    found.push({
      limit: "unknown-changes",
      message: "what the update would change is not fully known",
      items: unknown,
      flag: "--allow-unknown-changes",
    });
  }
  return found;
}
