// What an export is once it is read: rows with the cells that the mapping asks for, and where they
// stand.
import type { Problem } from "../../../src/problem";
import { cleanText, fold } from "./cellText";

/** A column that is looked for. */
export interface Wanted {
  /** How problems name it, e.g. `columns.status`. */
  path: string;
  /** The first that is there counts. */
  headers: readonly string[];
  required: boolean;
}

/**
 * One row; its cells are in the order of the wanted columns, cleaned, and blank where there is
 * none.
 */
export interface TableRow {
  /** 1-based, in the file; a row's first line. */
  line: number;
  cells: readonly string[];
  /** How many cells of the whole row hold something. */
  filled: number;
  /** The first of them. */
  first: string;
  /** What is wrong with its form, if anything. */
  fault?: RowFault;
}

/** A row of another form than the header's. */
export type RowFault =
  | { kind: "short" | "long"; cells: number }
  /** A header occurs several times and this row holds different values under it. */
  | { kind: "conflict"; wanted: number; values: readonly string[] };

export interface Table {
  /** How it was read, e.g. `CSV, UTF-8, comma`. */
  how: string;
  /** What a person should know about the reading. */
  notes: readonly string[];
  /** Line of the header. */
  headerLine: number;
  /** Cells of the header, blank ones at its end left out. */
  width: number;
  /**
   * For each wanted column its header as the file has it, and its 1-based place; missing if it is
   * not there.
   */
  columns: readonly ({ header: string; column: number } | undefined)[];
  rows: readonly TableRow[];
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
  /** How many of the required ones are there, and whether these are all. */
  found: number;
  complete: boolean;
}

/** A report's header may stand below a title and its filters. */
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
  const required = wanted.filter(({ required }) => required).length;
  const count = wanted.filter((one, at) => one.required && found[at]?.length !== 0).length;
  return { places: found, found: count, complete: required > 0 && count === required };
}

/** Collects the rows behind a header, keeping no more of each than is asked for. */
export class TableBuilder {
  readonly rows: TableRow[] = [];
  readonly #width: number;

  constructor(
    private readonly header: { cells: readonly string[]; line: number; places: Header["places"] },
  ) {
    this.#width = filledIn(header.cells).last + 1;
  }

  add(line: number, raw: readonly string[]): void {
    const { last, filled, first } = filledIn(raw);
    let fault: RowFault | undefined;
    if (last >= this.#width) fault = { kind: "long", cells: last + 1 };
    else if (raw.length < this.#width) fault = { kind: "short", cells: raw.length };
    const cells = this.header.places.map((places, wanted) => {
      const [place, ...others] = places;
      const value = cleanText((place === undefined ? undefined : raw[place]) ?? "");
      if (others.length === 0) return value;
      const all = places.map((one) => cleanText(raw[one] ?? "")).filter((cell) => cell !== "");
      const values = [...new Set(all)];
      if (values.length > 1) fault ??= { kind: "conflict", wanted, values };
      return values[0] ?? "";
    });
    this.rows.push({ line, cells, filled, first, ...(fault === undefined ? {} : { fault }) });
  }

  table(how: string, notes: readonly string[]): Table {
    const columns = this.header.places.map(([place]) =>
      place === undefined
        ? undefined
        : { header: cleanText(this.header.cells[place] ?? ""), column: place + 1 },
    );
    const { line } = this.header;
    return { how, notes, headerLine: line, width: this.#width, columns, rows: this.rows };
  }
}

/**
 * The last filled cell's place (-1 without any), how many there are, and what the first one holds.
 */
function filledIn(cells: readonly string[]): { last: number; filled: number; first: string } {
  let [last, filled, first] = [-1, 0, ""];
  cells.forEach((cell, at) => {
    const text = cell === "" ? "" : cleanText(cell);
    if (text === "") return;
    if (++filled === 1) first = text;
    last = at;
  });
  return { last, filled, first };
}
