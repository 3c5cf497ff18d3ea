// XLSX → a table: the sheet with the mapped headers, wherever it stands in the workbook.
import { quoted } from "../../../src/printable";
import { problemIn, type Problem } from "../../../src/problem";
import { missingColumns } from "./csvTable";
import {
  HEADER_ROWS,
  matchHeader,
  TableBuilder,
  type Header,
  type ReadTable,
  type Wanted,
} from "./table";
import { readZip, writeZip, ZipError } from "./zip";

/**
 * Most that a workbook may unpack to. A sheet of 100,000 rows with ten columns takes about 60 MiB.
 */
const MAX_UNPACKED = 400 * 1024 * 1024;

/** Excel keeps 15 digits of a number (Microsoft, "Excel specifications and limits"). */
const EXACT_DIGITS = 1e15;

/** A sheet's rows as texts. */
export interface Sheet {
  name: string;
  rows: string[][];
}

/** Either the sheets or why there are none. */
export type ReadSheets =
  { sheets: Sheet[]; problems: readonly [] } | { sheets?: undefined; problems: Problem[] };

/** Reads all sheets, hidden ones included. Never rejects. */
export async function readSheets(bytes: Uint8Array, file: string): Promise<ReadSheets> {
  try {
    // Loaded only here: no other command needs it.
    const { default: readExcel } = await import("read-excel-file/universal");
    const sheets = await readExcel(plainArchive(bytes), { parseNumber: numberText });
    return {
      sheets: sheets.map(({ sheet, data }) => ({
        name: sheet,
        rows: data.map(cellTexts),
      })),
      problems: [],
    };
  } catch (error) {
    return { problems: [unreadable(error, file)] };
  }
}

/** The workbook unpacked within limits and packed again without compression, as the reader takes it. */
function plainArchive(bytes: Uint8Array): ArrayBuffer {
  const parts = readZip(bytes, MAX_UNPACKED, (name) => /\.xml(\.rels)?$/.test(name));
  for (const [name, content] of parts) {
    if (name.startsWith("xl/worksheets/")) parts.set(name, withErrors(content));
  }
  const { buffer, byteOffset, byteLength } = writeZip(parts);
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength;
  return (isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
}

/** Reads the one sheet that has all required headers. Never rejects. */
export async function readXlsx(
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  file: string,
): Promise<ReadTable> {
  const { sheets, problems } = await readSheets(bytes, file);
  if (sheets === undefined) return { problems };
  const found = sheets.map((sheet) => ({ sheet, ...headerOf(sheet, wanted) }));
  const complete = found.filter(({ header }) => header.complete);
  const [chosen, other] = complete;
  if (chosen !== undefined && other !== undefined) {
    const names = complete.map(({ sheet }) => quoted(sheet.name)).join(" and ");
    const message = `expected one sheet with the mapped columns, got ${names}`;
    const fix = "Delete the one that is not meant from a copy of the file.";
    return { problems: [problemIn(file, "export-sheet", message, fix)] };
  }
  if (chosen !== undefined) {
    const { sheet, header, row } = chosen;
    const cells = sheet.rows[row] ?? [];
    const builder = new TableBuilder({ cells, line: row + 1, places: header.places });
    sheet.rows.slice(row + 1).forEach((cells, at) => {
      builder.add(row + 2 + at, cells);
    });
    return { table: builder.table(`XLSX, sheet ${quoted(sheet.name)}`, []), problems: [] };
  }
  const [best] = found.sort((a, b) => b.header.found - a.header.found);
  if (best === undefined || best.header.found === 0) {
    const names = sheets.map(({ name }) => quoted(name)).join(", ");
    const message = `expected a sheet with the mapped columns, got none in ${names || "an empty workbook"}`;
    const fix =
      "Check that this is the export that the mapping is for, or write its headers under `columns`.";
    return { problems: [problemIn(file, "export-header", message, fix)] };
  }
  const row = { cells: best.sheet.rows[best.row] ?? [], line: best.row + 1 };
  return { problems: missingColumns(best.header, row, wanted, file) };
}

function headerOf({ rows }: Sheet, wanted: readonly Wanted[]): { header: Header; row: number } {
  let best = { header: matchHeader([], wanted), row: 0 };
  rows.slice(0, HEADER_ROWS).forEach((cells, row) => {
    const header = matchHeader(cells, wanted);
    if (header.found > best.header.found) best = { header, row };
  });
  return best;
}

/**
 * Errors (`#N/A`) and formulas without a result become text in the cell: the reading library takes
 * both for blank, and a blank end date means another thing than one that Excel could not compute.
 */
function withErrors(sheet: Uint8Array): Uint8Array {
  // Most sheets have neither, and a large one is not turned into text for nothing.
  const bytes = Buffer.from(sheet.buffer, sheet.byteOffset, sheet.byteLength);
  if (!["<f", 't="e"', "t='e'"].some((part) => bytes.includes(part))) return sheet;
  const text = new TextDecoder().decode(sheet);
  const shown = text
    .replace(/(<c\b[^>]*\bt=)(["'])e\2/g, "$1$2str$2")
    .replace(
      /<c\b([^>]*)>(<f\b[^>]*(?:\/>|>[^<]*<\/f>))\s*<\/c>/g,
      (_, attributes: string, formula: string) =>
        `<c${attributes.replace(/\bt=(["'])\w+\1/, "")} t="str">${formula}<v>#N/A</v></c>`,
    );
  return shown === text ? sheet : Buffer.from(shown);
}

/** In place: a large sheet is not held twice. */
function cellTexts(row: unknown[]): string[] {
  row.forEach((value, at) => (row[at] = cellText(value)));
  return row as string[];
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return dateText(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * A number as the file has it: `12345.0` and `1.2E3` are whole numbers. One with more digits than
 * Excel keeps is written so that nobody takes it for an id.
 */
function numberText(text: string): string {
  const number = Number(text);
  if (Number.isNaN(number) || !Number.isInteger(number)) return text;
  return Math.abs(number) < EXACT_DIGITS ? String(number) : number.toExponential();
}

/** Excel's days are fractions, and come back up to a millisecond early. */
function dateText(date: Date): string {
  const rounded = new Date(Math.round(date.getTime() / 1000) * 1000);
  if (Number.isNaN(rounded.getTime())) return "#VALUE!";
  const text = rounded.toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length);
  return text.replace("T00:00:00", "");
}

function unreadable(error: unknown, file: string): Problem {
  if (error instanceof ZipError) {
    const message = `expected an XLSX workbook, got ${error.message}`;
    return problemIn(file, "export-xlsx", message, "Export again, as CSV or XLSX.");
  }
  const [, row, column] = /row (\d+), col (\d+)/.exec(String(error)) ?? [];
  const place = { line: Number(row ?? 1), column: Number(column ?? 1) };
  const message = "expected an XLSX workbook, got one that is damaged";
  const fix = "Open it in Excel and save it as a new XLSX file, or export as CSV.";
  return problemIn(file, "export-xlsx", message, fix, place);
}
