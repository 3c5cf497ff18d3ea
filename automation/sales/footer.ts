// Reports end with lines that are no rows: totals, the report's name, who made it and when.
import type { TableRow } from "./table";

/** The first cell of a totals row, in reports of Salesforce and others; no more than that, lest it be a customer. */
const TOTALS = /^(?:grand |sub)?totals?(?: \([^)]*\))?:?(?: [\d.,]+)?$/i;

/** Which rows hold data. */
export interface DataRows {
  rows: TableRow[];
  /** Lines behind the data that were left out. */
  footer: number;
}

/**
 * Leaves out blank rows and a report's footer. Only the end of a file can be a footer, only lines with at most one filled cell
 * or a totals row; and a line whose id is well-formed is a row, unless a blank line stands between it and the data.
 *
 * @param idOf - the row's id when it is well-formed.
 * @param isDistinct - no word of a footer can look like an id of this kind.
 */
export function withoutFooter(
  rows: readonly TableRow[],
  idOf: (row: TableRow) => string | undefined,
  isDistinct: boolean,
): DataRows {
  let start = rows.length;
  while (start > 0 && isFooterLike(rows[start - 1], idOf)) start--;
  let afterBlank = false;
  for (let at = start; at < rows.length; at++) {
    const row = rows[at];
    if (row === undefined) continue;
    afterBlank ||= row.filled === 0;
    const isRow = idOf(row) !== undefined && !TOTALS.test(row.first);
    if (isRow && (isDistinct || !afterBlank)) [start, afterBlank] = [at + 1, false];
  }
  const footer = rows.slice(start).filter(({ filled }) => filled > 0).length;
  return { rows: rows.slice(0, start).filter(({ filled }) => filled > 0), footer };
}

function isFooterLike(
  row: TableRow | undefined,
  idOf: (row: TableRow) => string | undefined,
): boolean {
  if (row === undefined) return false;
  if (row.filled <= 1) return true;
  return TOTALS.test(row.first) && (idOf(row) ?? row.first) === row.first;
}
