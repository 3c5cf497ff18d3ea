// Which rows of a table are records, and whether the table is whole.
import { counted } from "../../../src/counted";
import type { Mapping } from "../mapping/mapping";
import { propose, yamlLine } from "../reading/proposals";
import { damageOf } from "../reading/cellDamage";
import { fold } from "../reading/cellText";
import { withoutFooter } from "../reading/footer";
import type { Table, TableRow } from "../reading/table";
import { quoted } from "../../../src/printable";
import type { Cells } from "./cells";
import type { RowProblems } from "./rowProblems";

export interface RecordRows {
  rows: TableRow[];
  /** Lines that were left out: a footer's, and rows that the mapping skips. */
  footer: number;
}

/** The rows of records; what is wrong with the form of the file becomes a problem. */
export function recordRows(
  table: Table,
  mapping: Mapping,
  cells: Cells,
  problems: RowProblems,
): RecordRows {
  const { ids, skipRows } = mapping;
  const kept = table.rows.filter(({ first }) => !skipRows.has(fold(first)) || first === "");
  const data = withoutFooter(kept, {
    idOf: (row) => cells.id(row),
    hasData: (row) => cells.hasData(row),
    isDistinct: ids === "salesforce" || ids === "guid",
  });
  checkCount(data, problems);
  const whole = data.rows.filter((row) =>
    isWhole(row, row === data.rows.at(-1), table, cells, problems),
  );
  checkEnd(table, whole, mapping, problems);
  const skipped = table.rows.length - kept.length;
  const rows = mapping.rowsWithoutId === "above" ? continued(whole, cells) : whole;
  return { rows, footer: data.footer + skipped };
}

/** A report that counts its rows shows whether all of them are there. */
function checkCount(
  { rows, declared }: ReturnType<typeof withoutFooter>,
  problems: RowProblems,
): void {
  if (declared === undefined || declared.count === rows.length) return;
  const message = `expected ${counted(declared.count, "row")}, as ${quoted(declared.row.first)} says, got ${rows.length}`;
  const fix = "Export again: rows are missing, or others were added by hand.";
  problems.row(declared.row, undefined, "export-count", message, fix);
}

/** A file that is cut off in its last cell looks like one whose last line has no line end. */
function checkEnd(
  { rows, columns, openColumn }: Table,
  data: readonly TableRow[],
  { finalLineEnd, file }: Mapping,
  problems: RowProblems,
): void {
  const last = data.at(-1);
  if (last === undefined || openColumn === undefined || finalLineEnd === "optional") return;
  const wanted = columns.findIndex(({ column }) => column === openColumn);
  // What is after the last mapped cell may be cut off.
  if (last !== rows.at(-1) || wanted === -1) return;
  const message = "expected a line end after the last row, as after the others, got none";
  const line = {
    line: yamlLine("finalLineEnd", "optional"),
    when: "if this system never writes one",
  };
  const fix = `Export again if the file is cut off in this cell. ${propose([line], file)}`;
  problems.row(last, wanted, "export-cut", message, fix);
}

/** The row has the header's form, and no mapped cell is damaged. */
function isWhole(
  row: TableRow,
  isLast: boolean,
  { width, columns }: Table,
  cells: Cells,
  problems: RowProblems,
): boolean {
  const { fault } = row;
  if (fault?.kind === "conflict") {
    const values = fault.values.map(quoted).join(" and ");
    const message = `expected one value under a header that occurs several times, got ${values}`;
    const fix = "Leave one of the two columns out of the export.";
    problems.row(row, fault.wanted, "export-twin-header", message, fix);
    return false;
  }
  if (fault?.kind === "long") {
    const message = `expected ${width} cells as in the header, got ${fault.cells}`;
    const fix = "Export again: a cell with the delimiter in it is not in quotes.";
    problems.row(row, undefined, "export-row", message, fix);
    return false;
  }
  const isCut = fault !== undefined && columns.some(({ column }) => column > fault.cells);
  if (fault !== undefined && (isCut || isLast)) {
    const message = `expected ${width} cells as in the header, got ${fault.cells}`;
    const fix = isLast
      ? "Export again: the file is cut off in this row."
      : "Export again, or save as XLSX: cells that the mapping needs are missing.";
    problems.row(row, undefined, "export-row", message, fix);
    return false;
  }
  for (let at = 0; at < row.cells.length; at++) {
    const cell = row.cells[at] ?? "";
    const damage = damageOf(cell, row.cellFaults?.get(at));
    if (damage === undefined) continue;
    const shown = cell === "" ? "" : `: ${quoted(cell)}`;
    problems.row(
      row,
      at,
      "export-cell",
      `expected a value, got ${damage.found}${shown}`,
      damage.fix,
    );
    return false;
  }
  return true;
}

function continued(rows: readonly TableRow[], cells: Cells): TableRow[] {
  let above: TableRow | undefined;
  return rows.map((row) => {
    const isContinued = cells.of(row, "id") === "" && above !== undefined;
    const full = isContinued && above !== undefined ? cells.continued(row, above) : row;
    above = full;
    return full;
  });
}
