// Rows as they are read → a table. Of each row no more is kept than the mapping asks for.
import type { CellFault } from "./cellDamage";
import { cleanText } from "./cellText";
import type { Header, RowFault, Table, TableRow } from "./table";

/** A row as the file has it. */
export interface RawRow {
  line: number;
  row: number;
  cells: readonly string[];
  /** By column from 0. */
  faults?: ReadonlyMap<number, CellFault>;
}

/** Collects the rows after a header. */
export class TableBuilder {
  readonly #rows: TableRow[] = [];
  readonly #width: number;

  /** @param header - its cells, and the places of the wanted columns in it, all of which are there. */
  constructor(private readonly header: { cells: readonly string[]; places: Header["places"] }) {
    this.#width = filledIn(header.cells).last + 1;
  }

  add({ line, row, cells: raw, faults }: RawRow): void {
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
    const cellFaults = faults === undefined || faults.size === 0 ? [] : this.#wanted(faults);
    // A cell without a value is not a blank cell, so its row is not a blank row.
    const built: TableRow = { line, row, cells, filled: filled + cellFaults.length, first };
    if (fault !== undefined) built.fault = fault;
    if (cellFaults.length > 0) built.cellFaults = new Map(cellFaults);
    this.#rows.push(built);
  }

  /**
   * Gives blank cells of a column the value that a cell above them holds for all of them.
   *
   * @returns how many rows it looked at.
   */
  fillDown(column: number, firstRow: number, lastRow: number): number {
    const wanted = this.header.places.findIndex((places) => places[0] === column);
    const start = this.#placeOf(firstRow);
    const value = this.#rows[start]?.row === firstRow ? this.#rows[start].cells[wanted] : undefined;
    if (value === undefined || value === "") return 1;
    let at = start + 1;
    for (; at < this.#rows.length; at++) {
      const row = this.#rows[at];
      if (row === undefined || row.row > lastRow) break;
      const cells = row.cells.map((cell, place) => (place === wanted ? cell || value : cell));
      this.#rows[at] = { ...row, cells };
    }
    return at - start;
  }

  /** The place of the first row from `row` on; rows are in order. */
  #placeOf(row: number): number {
    let [low, high] = [0, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#rows[middle]?.row ?? 0) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The finished table; the facts about the file are those of `Table`. */
  table(file: Pick<Table, "how" | "notes" | "isWorkbook" | "firstYear" | "openColumn">): Table {
    const columns = this.header.places.map(([place = 0]) => ({
      header: cleanText(this.header.cells[place] ?? ""),
      column: place + 1,
    }));
    return { ...file, width: this.#width, columns, rows: this.#rows };
  }

  #wanted(faults: ReadonlyMap<number, CellFault>): [number, CellFault][] {
    return this.header.places.flatMap((places, wanted): [number, CellFault][] => {
      const fault = places.map((place) => faults.get(place)).find((one) => one !== undefined);
      return fault === undefined ? [] : [[wanted, fault]];
    });
  }
}

/**
 * The last filled cell's place (-1 without any), how many there are, and what the first one holds.
 */
function filledIn(cells: readonly string[]): { last: number; filled: number; first: string } {
  let [last, filled, first] = [-1, 0, ""];
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] ?? "";
    const text = cell === "" ? "" : cleanText(cell);
    if (text === "") continue;
    if (++filled === 1) first = text;
    last = at;
  }
  return { last, filled, first };
}
