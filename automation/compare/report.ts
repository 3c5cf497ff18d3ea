import { deviationWords, remedyWords, type Deviation } from "../../src/account/deviation";
import { counted } from "../../src/counted";
import type { ReportLine, Section } from "../output/report";

/** Deviations for a terminal and for an issue alike: first those that no update repairs. */
export function deviationSections(deviations: readonly Deviation[]): Section[] {
  const [left, repaired] = (["operator", "update"] as const).map((by) =>
    deviations.filter(({ repair }) => repair === by),
  );
  return [
    section("No update repairs", left ?? []),
    section("`ecr-customers up --refresh` repairs", repaired ?? []),
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
  const left = deviations.filter(({ repair }) => repair === "operator").length;
  const rest = left === 0 ? "an update repairs all of them" : `no update repairs ${left} of them`;
  return `${counted(deviations.length, "difference")} between AWS and the files; ${rest}.`;
}

/** One as JSON: all that is known, and the same in words. */
export function deviationAsJson(deviation: Deviation) {
  return { ...deviation, words: deviationWords(deviation), fix: remedyWords(deviation) };
}
