import type { ForeignLoss } from "../../src/access/foreignLosses";
import { statementGrants } from "../../src/access/statementGrants";
import type { ReportLine } from "../output/report";
import type { ForeignFinding } from "./foreign";

/** Lines for a plan's reader: what others have in repositories' policies and no file declares. */
export function foreignLines(findings: readonly ForeignFinding[]): ReportLine[] {
  return findings.flatMap(({ kind, repository, region, statements, losses }) =>
    // Of statements that give nothing which others do not give, no one would lose anything.
    (losses.length > 0 ? losses : statementGrants(statements, { account: "" })).map(
      (right): ReportLine => ({
        cells: [repository, `in ${region}: ${rightWords(right)}${FATES[kind]}`],
        tone: kind === "drift" || kind === "left" ? "warning" : "bad",
      }),
    ),
  );
}

const FATES: Readonly<Record<ForeignFinding["kind"], string>> = {
  "other-stack": ", by a policy of another stack",
  "first-contact": ", and would LOSE it",
  drift: ", which no file declares",
  leaving: ", and would LOSE it with the policy: the repository is no longer in the catalogue",
  left: ", which stays: the repository is no longer in the catalogue, and only our statement goes",
  "own-statement": ", by our own statement, which no file says, and would LOSE it",
};

/** Who would lose what, a line for each principal and repository. */
export function lossLines(findings: readonly ForeignFinding[]): string[] {
  const regions = new Map<string, string[]>();
  for (const { repository, region, losses } of findings) {
    for (const loss of losses) {
      const line = `${lossWords(loss)} on ${repository}`;
      regions.set(line, [...(regions.get(line) ?? []), region]);
    }
  }
  return [...regions].map(([line, places]) => `${line} in ${places.join(" and ")}`);
}

/** How many principals lose something; each counts once, wherever it loses it. */
export function countLosers(findings: readonly ForeignFinding[]): number {
  return new Set(findings.flatMap(({ losses }) => losses.map(({ who }) => who))).size;
}

/** `AWS account 555555555555 may push`. */
function rightWords({ who, effect, what }: Pick<ForeignLoss, "who" | "effect" | "what">): string {
  return effect === "allows" ? `${who} may ${what}` : `${who} is denied ${what}`;
}

function lossWords({ who, effect, what }: ForeignLoss): string {
  return effect === "allows" ? `${who} loses ${what}` : `${who} is no longer denied ${what}`;
}
