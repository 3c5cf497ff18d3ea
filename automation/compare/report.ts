import { deviationWords, remedyWords, type Deviation } from "../../src/account/deviation";
import { counted } from "../../src/counted";
import type { ReportLine, Section } from "../output/report";

/** Deviations for a terminal and for an issue alike: first those that no update repairs. */
export function deviationSections(deviations: readonly Deviation[]): Section[] {
  const by = (wanted: Deviation["repair"]) => deviations.filter(({ repair }) => repair === wanted);
  return [
    section("No update repairs", by("operator")),
    section("Revoked, and no update gives it back by itself", by("restore")),
    section("`ecr-customers up --refresh` repairs", by("update")),
  ].flat();
}

function section(title: string, deviations: readonly Deviation[]): Section[] {
  if (deviations.length === 0) return [];
  return [{ title: `${title}:`, whole: true, lines: deviations.flatMap(linesOf) }];
}

function linesOf(deviation: Deviation): ReportLine[] {
  const { repair, wayOut } = deviation;
  const remedy = repair === "update" ? (wayOut ?? "") : remedyWords(deviation);
  return [
    { cells: [`${deviationWords(deviation)}. [${deviation.check}]`], tone: "bad" },
    ...(remedy === "" ? [] : [{ cells: [`  ${remedy}`] }]),
  ];
}

/** `AWS differs from the files in 3 ways`, `AWS holds what the files say`. */
export function deviationSummary(deviations: readonly Deviation[]): string {
  if (deviations.length === 0) return "AWS holds what the files say.";
  const left = deviations.filter(({ repair }) => repair !== "update").length;
  const rest = left === 0 ? "an update repairs all of them" : `no update repairs ${left} of them`;
  return `${counted(deviations.length, "difference")} between AWS and the files; ${rest}.`;
}

/** One as JSON: all that is known, and the same in words. */
export function deviationAsJson(deviation: Deviation) {
  return { ...deviation, words: deviationWords(deviation), fix: remedyWords(deviation) };
}
