// What an export is once it is read: rows with the cells that the mapping asks for, and where they
// stand.
import type { Problem } from "../../../src/problem";
import type { CellFault } from "./cellDamage";
import { fold } from "./cellText";
import type { FirstYear } from "./numberFormat";

/** A column that is looked for; an export without it is refused. */
export interface Wanted {
  /** Where the mapping names it, e.g. `columns` and `status`. */
  section: "columns" | "ignoreRows";
  key: string;
  /** The first that is there counts. */
  headers: readonly string[];
}

/**
 * One row; its cells are in the order of the wanted columns, cleaned, and blank where there is
 * none.
 */
export interface TableRow {
  /** 1-based, in the file; a row's first line. */
  line: number;
  /** 1-based, as a spreadsheet shows it: a row is one also when a cell holds line ends. */
  row: number;
  cells: readonly string[];
  /** How many cells of the whole row hold something. */
  filled: number;
  /** The first of them. */
  first: string;
  /** What is wrong with its form, if anything. */
  fault?: RowFault;
  /** By place among the wanted columns. */
  cellFaults?: ReadonlyMap<number, CellFault>;
}

/** A row of another form than the header's. */
export type RowFault =
  | { kind: "short" | "long"; cells: number }
  /** A header occurs several times and this row holds different values under it. */
  | { kind: "conflict"; wanted: number; values: readonly string[] };

export interface Table {
  /** How it was read, e.g. `CSV, UTF-8, comma`. */
  how: string;
  /** What a reader of the report should know about the reading. */
  notes: readonly string[];
  /** Cells of the header, blank ones at its end left out. */
  width: number;
  /** For each wanted column its header as the file has it, and its 1-based place. */
  columns: readonly { header: string; column: number }[];
  rows: readonly TableRow[];
  /** Days may be date cells, which are in ISO form here. */
  isWorkbook: boolean;
  /** The day of number 0, where a number stands for a day. */
  firstYear: FirstYear;
  /** The 1-based column of the last cell when no line end follows it: the file may be cut off in it. */
  openColumn?: number;
}

/** Either a table or why there is none. */
export type ReadTable =
  { table: Table; problems: readonly [] } | { table?: undefined; problems: Problem[] };

/**
 * Where the wanted columns are in a header row: for each of them all places (0-based) of its
 * header.
 */
export interface Header {
  places: readonly (readonly number[])[];
  /** How many of them are there, and whether these are all. */
  found: number;
  complete: boolean;
}

/** A report's header may be below a title and its filters. */
export const HEADER_ROWS = 30;

/** Looks for the wanted columns in one row. */
export function matchHeader(cells: readonly string[], wanted: readonly Wanted[]): Header {
  const places = new Map<string, number[]>();
  cells.forEach((cell, at) => {
    const key = fold(cell);
    if (key !== "") places.set(key, [...(places.get(key) ?? []), at]);
  });
  const found = wanted.map(({ headers }) => {
    const header = headers.find((one) => places.has(fold(one)));
    return header === undefined ? [] : (places.get(fold(header)) ?? []);
  });
  const count = found.filter((one) => one.length > 0).length;
  return { places: found, found: count, complete: count > 0 && count === wanted.length };
}

/** A cell as a spreadsheet names it, e.g. `C4`; both numbers are 1-based. */
export function cellName(column: number, row: number): string {
  let letters = "";
  for (let left = column; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(0x41 + ((left - 1) % 26)) + letters;
  }
  return `${letters}${row}`;
}
