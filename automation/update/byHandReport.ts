import { deviationWords, type Deviation } from "../../src/account/deviation";
import { ExitCode } from "../cli/exitCode";
import { deviationAsJson } from "../compare/report";
import type { ReportLine, Section } from "../output/report";
import type { Terminal } from "../output/terminal";
import { deviationKey } from "../plan/byHand";
import type { Applied } from "./applying";

/** What was changed by hand, for a plan's reader: who had more or less access by it. */
export function byHandSections(found: readonly Deviation[]): Section[] {
  if (found.length === 0) return [];
  const lines = found.map((one): ReportLine => ({
    cells: [`${deviationWords(one)}. [${one.check}]`],
    tone: "bad",
  }));
  return [{ title: "Changed by hand in AWS; this update repairs:", lines, whole: true }];
}

/** The same as fields of a JSON document. */
export function byHandAsJson(found: readonly Deviation[]) {
  return found.length === 0 ? {} : { changedByHand: found.map(deviationAsJson) };
}

/** What an update has repaired; nothing when AWS could not be read back. */
export function repairedBy(
  { error, unread, deviations }: Pick<Applied, "error" | "unread" | "deviations">,
  byHand: readonly Deviation[],
): Deviation[] {
  if (unread !== undefined || (error !== undefined && error.kind !== "resources")) return [];
  const left = new Set(deviations.map(deviationKey));
  return byHand.filter((one) => !left.has(deviationKey(one)));
}

/**
 * Reports what was repaired. Afterwards nothing in AWS shows it, so the run exits with 1 even when everything was repaired.
 *
 * @param code - how the run ended otherwise.
 */
export function tellRepaired(
  code: ExitCode,
  repaired: readonly Deviation[],
  terminal: Terminal,
): ExitCode {
  if (repaired.length === 0) return code;
  terminal.report("Repaired; it was changed by hand in AWS:", "bad");
  for (const one of repaired) terminal.report(`  ${deviationWords(one)}`, "bad");
  terminal.report(
    "Find out in CloudTrail who made the change and why. This run exits with 1 because AWS was changed by hand; the next one does not.",
  );
  return code === ExitCode.done ? ExitCode.failed : code;
}
