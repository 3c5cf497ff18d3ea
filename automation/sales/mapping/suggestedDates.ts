// How the dates of an export are read, in a first mapping.
import { counted } from "../../../src/counted";
import { printable } from "../../../src/printable";
import { ISO, readDate } from "../reading/dateFormat";
import { allowedFormats } from "../reading/dayOrder";
import { yamlLine } from "../reading/proposals";

/** @param cells - of the column that holds the end of access. */
export function dateLines(cells: readonly string[]): string[] {
  const filled = [...new Set(cells.filter((cell) => cell !== ""))];
  const noDates = filled.filter((cell) => !/[1-9]/.test(cell));
  const others = filled.filter(
    (cell) => !noDates.includes(cell) && readDate(cell, ISO) === undefined,
  );
  const blank = cells.filter((cell) => cell === "").length;
  const hasTime = filled.some((cell) => /\d:\d\d/.test(cell));
  const lines = [
    ...formatLines(others),
    ...(hasTime ? ["timeZone: # the sales system's, e.g. Europe/Berlin or UTC"] : []),
    ...(blank > 0
      ? [
          `blank: # ${counted(blank, "row")}. none: has no end; keep: the end in the file stays; suspend: no access`,
        ]
      : []),
    ...(noDates.length > 0
      ? [`noEnd: # ${yamlLine("noEnd", noDates)} if that means that there is no end`]
      : []),
  ];
  return lines.length === 0 ? [] : ["dates:", ...lines.map((line) => `  ${line}`)];
}

/** The one format that all dates allow, or the ones to choose from. */
function formatLines(cells: readonly string[]): string[] {
  const [first] = cells;
  if (first === undefined) return [];
  const { formats, doubt } = allowedFormats(cells);
  const [only] = formats;
  if (only !== undefined && doubt === undefined) return [`format: ${only}`];
  const example = printable(doubt?.cell ?? first, 40);
  const choice = doubt === undefined ? "how are days written" : formats.join(" or ");
  return [`format: # ${choice}? One is ${example}`];
}
