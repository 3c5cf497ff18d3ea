// XLSX → a table: the sheet with the mapped headers, wherever it is in the workbook.
import { type Problem, problemIn } from "../../../src/problem";
import { quoted } from "../../../src/printable";
import { propose, yamlLine } from "./proposals";
import { ArchiveError } from "./archive";
import { fold } from "./cellText";
import { missingColumns, noColumns } from "./missingColumns";
import type { ReadOptions } from "./readOptions";
import type { MergedCells, SheetRow } from "./sheet";
import { HEADER_ROWS, matchHeader, type Header, type ReadTable, type Wanted } from "./table";
import { TableBuilder } from "./tableBuilder";
import { Workbook, type SheetInfo } from "./workbook";
import { XmlError } from "./xmlError";

/** Most rows that merged cells may cover; an export has fewer. */
const MAX_MERGED_ROWS = 2_000_000;

/** Reads the one sheet that has all wanted headers. Never rejects. */
export async function readXlsx(
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  options: ReadOptions,
): Promise<ReadTable> {
  try {
    const workbook = await Workbook.open(bytes);
    const chosen = chooseSheets(workbook.sheets, options);
    if (chosen.length === 0) return { problems: [noSheet(workbook.sheets, options)] };
    const readings: SheetReading[] = [];
    for (const sheet of chosen) {
      const reading = new SheetReading(sheet, wanted);
      const merged = await workbook.readSheet(sheet, (row) => reading.add(row));
      reading.merge(merged);
      readings.push(reading);
    }
    const complete = readings.filter(({ builder }) => builder !== undefined);
    const [only, other] = complete;
    if (only?.builder === undefined) return { problems: noHeader(readings, wanted, options) };
    if (other !== undefined) return { problems: [severalSheets(complete, options)] };
    const how = `XLSX, sheet ${quoted(only.sheet.name)}`;
    const { firstYear } = workbook;
    const table = only.builder.table({ how, notes: [], isWorkbook: true, firstYear });
    return { table, problems: [] };
  } catch (error) {
    return { problems: [unreadable(error, options.file)] };
  }
}

/** The first rows of all sheets. @throws ArchiveError, XmlError */
export async function firstSheetRows(bytes: Uint8Array): Promise<string[][]> {
  const workbook = await Workbook.open(bytes);
  const rows: string[][] = [];
  for (const sheet of workbook.sheets) {
    let count = 0;
    await workbook.readSheet(sheet, ({ cells }) => {
      rows.push(cells);
      return ++count < HEADER_ROWS;
    });
  }
  return rows;
}

/** One sheet: its first rows until one is the header, then a table of the rows after it. */
class SheetReading {
  builder: TableBuilder | undefined;
  /** The row that has most of the headers. */
  best: { header: Header; cells: readonly string[]; row: number } | undefined;
  #seen = 0;
  #width = 0;
  #lastRow = 0;

  constructor(
    readonly sheet: SheetInfo,
    private readonly wanted: readonly Wanted[],
  ) {}

  /** @returns whether more rows are needed. */
  add({ row, cells, faults }: SheetRow): boolean {
    if (this.builder !== undefined) {
      // A sheet leaves out blank rows, and blank cells at a row's end.
      if (row > this.#lastRow + 1)
        this.builder.add({ line: row - 1, row: row - 1, cells: this.#padded([]) });
      this.builder.add({ line: row, row, cells: this.#padded(cells), faults });
      this.#lastRow = row;
      return true;
    }
    const header = matchHeader(cells, this.wanted);
    if (this.best === undefined || header.found > this.best.header.found) {
      this.best = { header, cells, row };
    }
    if (!header.complete) return ++this.#seen < HEADER_ROWS;
    this.builder = new TableBuilder({ cells, places: header.places });
    this.#width = cells.length;
    this.#lastRow = row;
    return true;
  }

  /** @throws XmlError */
  merge(merged: readonly MergedCells[]): void {
    let rows = 0;
    for (const { column, firstRow, lastRow } of merged) {
      rows += this.builder?.fillDown(column, firstRow, lastRow) ?? 0;
      if (rows > MAX_MERGED_ROWS) throw new XmlError("one with more cells than an export has");
    }
  }

  #padded(cells: string[]): string[] {
    while (cells.length < this.#width) cells.push("");
    return cells;
  }
}

function chooseSheets(sheets: readonly SheetInfo[], { sheet }: ReadOptions): readonly SheetInfo[] {
  return sheet === undefined ? sheets : sheets.filter(({ name }) => fold(name) === fold(sheet));
}

function noSheet(sheets: readonly SheetInfo[], { file, sheet, mappingFile }: ReadOptions): Problem {
  const names = sheets.map(({ name }) => quoted(name)).join(", ");
  const message = `expected a sheet ${quoted(sheet ?? "")}, got ${names || "an empty workbook"}`;
  const fix = `Correct \`sheet\` in ${mappingFile}, or delete it where one sheet has the mapped columns.`;
  return problemIn(file, "export-sheet", message, fix);
}

function severalSheets(
  found: readonly SheetReading[],
  { file, mappingFile }: ReadOptions,
): Problem {
  const names = found
    .map(({ sheet }) => `${quoted(sheet.name)}${sheet.isHidden ? ", which is hidden" : ""}`)
    .join(" and ");
  const message = `expected one sheet with the mapped columns, got ${names}`;
  const lines = found.map(({ sheet }) => ({ line: yamlLine("sheet", sheet.name) }));
  const fix = propose(lines, mappingFile);
  return problemIn(file, "export-sheet", message, fix);
}

function noHeader(
  readings: readonly SheetReading[],
  wanted: readonly Wanted[],
  options: ReadOptions,
): Problem[] {
  const [best] = readings
    .flatMap((one) => one.best ?? [])
    .sort((a, b) => b.header.found - a.header.found);
  if (best !== undefined && best.header.found > 0) {
    return missingColumns(best.header, { cells: best.cells, line: best.row }, wanted, options);
  }
  const names = readings.map(({ sheet }) => quoted(sheet.name)).join(", ");
  const problem = noColumns(best?.cells ?? [], wanted, options);
  const message = `expected a sheet with the mapped columns, got none in ${names || "an empty workbook"}`;
  return [{ ...problem, message }];
}

/** What kept a workbook from being read. @throws anything else */
export function unreadable(error: unknown, file: string): Problem {
  if (error instanceof ArchiveError) {
    const message = `expected an XLSX workbook, got ${error.message}`;
    return problemIn(file, "export-xlsx", message, "Export again, as CSV or XLSX.");
  }
  if (!(error instanceof XmlError)) throw error;
  const message = `expected an XLSX workbook, got ${error.message}`;
  const fix = "Open it in Excel and save it as a new XLSX file, or export as CSV.";
  return problemIn(file, "export-xlsx", message, fix);
}
