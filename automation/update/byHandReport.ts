import { customersWords, deviationWords, type Deviation } from "../../src/account/deviation";
import type { Withheld } from "../../src/project";
import { ExitCode } from "../cli/exitCode";
import { deviationAsJson } from "../compare/report";
import type { ReportLine, Section } from "../output/report";
import type { Terminal } from "../output/terminal";
import { deviationKey } from "../plan/byHand";
import type { Applied } from "./applying";
import type { ByHand } from "./findByHand";

/** What was changed by hand, for a plan's reader: who had more or less access by it. */
export function byHandSections(
  { found, deviations }: ByHand,
  withheld: Withheld = new Map(),
): Section[] {
  const held = new Set(deviations);
  const lineOf = (one: Deviation): ReportLine => ({
    cells: [`${deviationWords(one)}. [${one.check}]`],
    tone: "bad",
  });
  // The same as a deviation, when AWS was read before.
  const left = held.size > 0 ? [] : [...withheld].map(withheldLine);
  return [
    section(
      "Changed by hand in AWS; this update repairs:",
      found.filter((one) => !held.has(one)).map(lineOf),
    ),
    section("Revoked by hand in AWS; this update does not give it back:", [
      ...deviations.map(lineOf),
      ...left,
    ]),
  ].flat();
}

function section(title: string, lines: readonly ReportLine[]): Section[] {
  return lines.length === 0 ? [] : [{ title, lines, whole: true }];
}

function withheldLine([place, ids]: readonly [string, ReadonlySet<string>]): ReportLine {
  const where = place.replace("@", " in ");
  const text = `the policy of ${where} does not name ${customersWords([...ids])}. [repository-principal-missing]`;
  return { cells: [text], tone: "bad" };
}

/** What stays revoked, by `deviationKey`. */
export function heldKeys({ deviations }: ByHand, withheld: Withheld = new Map()): Set<string> {
  const places = [...withheld.keys()].map((place) => place.replace("@", " in "));
  return new Set([
    ...deviations.map(deviationKey),
    // Without anyone else to name, there is no policy.
    ...["principal", "policy"].flatMap((what) =>
      places.map((place) => `repository-${what}-missing repository ${place}`),
    ),
  ]);
}

/** The same as fields of a JSON document. */
export function byHandAsJson({ found, deviations }: ByHand) {
  return {
    ...(found.length === 0 ? {} : { changedByHand: found.map(deviationAsJson) }),
    ...(deviations.length === 0 ? {} : { held: deviations.map(deviationAsJson) }),
  };
}

/** What an update has repaired; nothing when AWS could not be read back. */
export function repairedBy(
  { error, unread, deviations }: Pick<Applied, "error" | "unread" | "deviations">,
  { found: byHand, deviations: held }: ByHand,
): Deviation[] {
  if (unread !== undefined || (error !== undefined && error.kind !== "resources")) return [];
  const left = new Set([...deviations, ...held].map(deviationKey));
  return byHand.filter((one) => !left.has(deviationKey(one)));
}

/**
 * Reports what was repaired. Afterwards nothing in AWS shows it, so the run exits with 1 even when everything was.
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
