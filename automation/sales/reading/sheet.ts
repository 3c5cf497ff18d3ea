// One sheet of a workbook → its rows as texts, with what is wrong with a cell beside them.
import type { CellFault } from "./cellDamage";
import { valueOf, type CellContext, type OpenCell } from "./cellValue";
import { parseXml } from "./xml";
import { XmlError } from "./xmlError";
import type { XmlTag } from "./xmlTag";
import type { XmlText } from "./xmlText";

/** A row of a sheet. */
export interface SheetRow {
  /** As a spreadsheet shows it, from 1. */
  row: number;
  /** By column from 0; a blank cell is an empty text. */
  cells: string[];
  /** By column: a cell that holds no value although it is not blank. */
  faults: ReadonlyMap<number, CellFault>;
}

/** Merged cells: only the first of them holds the value. From 0, both ends included. */
export interface MergedCells {
  column: number;
  firstRow: number;
  lastRow: number;
}

/** Excel's own limits ("Excel specifications and limits"). */
const [MAX_ROWS, MAX_COLUMNS] = [1_048_576, 16_384];

/** Cells of all rows, blank ones before the last filled one included. */
const MAX_CELLS = 20_000_000;

/**
 * Reads a sheet row by row.
 *
 * @param bytes - piece by piece.
 * @param add - gets each row that the sheet lists; returns false for no more.
 * @returns merged cells of more than one row; in the file they come after the rows.
 * @throws ArchiveError, XmlError
 */
export async function readSheet(
  bytes: AsyncIterable<Uint8Array>,
  context: CellContext,
  add: (row: SheetRow) => boolean,
): Promise<MergedCells[]> {
  const reader = new SheetReader(context, add);
  await parseXml(
    bytes,
    {
      open: (name, tag) => {
        reader.open(name, tag);
      },
      close: (name) => {
        reader.close(name);
      },
      text: (text) => {
        reader.text(text);
      },
    },
    () => reader.isDone,
  );
  return reader.merged;
}

class SheetReader {
  readonly merged: MergedCells[] = [];
  isDone = false;
  #row: { row: number; cells: string[]; faults: Map<number, CellFault> } | undefined;
  #lastRow = 0;
  #cells = 0;
  #cell: OpenCell | undefined;
  /** Inside of an element whose text is the cell's value. */
  #isValue = false;
  /** Inside the phonetic guide of an East Asian text, which is not part of it. */
  #isAid = false;

  constructor(
    private readonly context: CellContext,
    private readonly add: (row: SheetRow) => boolean,
  ) {}

  open(name: string, tag: XmlTag): void {
    if (this.#cell !== undefined) this.#openInCell(name, this.#cell);
    else if (name === "row") this.#openRow(tag);
    else if (name === "c" && this.#row !== undefined) this.#openCell(tag, this.#row.cells);
    else if (name === "mergeCell") this.#merge(tag.get("ref") ?? "");
  }

  text(text: XmlText): void {
    if (!this.#isValue || this.#isAid || this.#cell === undefined) return;
    this.#cell.value = (this.#cell.value ?? "") + text.toString();
  }

  close(name: string): void {
    if (name === "c" && this.#cell !== undefined && this.#row !== undefined) {
      const { column } = this.#cell;
      const { text, fault } = valueOf(this.#cell, this.context);
      if (text !== "") this.#row.cells[column] = text;
      if (fault !== undefined) this.#row.faults.set(column, fault);
      this.#cell = undefined;
    } else if (name === "row" && this.#row !== undefined) {
      this.isDone = !this.add(this.#row);
      this.#row = undefined;
    } else if (name === "v" || name === "t") this.#isValue = false;
    else if (name === "rPh") this.#isAid = false;
  }

  #openRow(tag: XmlTag): void {
    const r = tag.get("r");
    const row = r === undefined ? this.#lastRow + 1 : Number(r);
    if (!Number.isInteger(row) || row <= this.#lastRow || row > MAX_ROWS) throw damaged();
    this.#lastRow = row;
    this.#row = { row, cells: [], faults: new Map() };
  }

  #openCell(tag: XmlTag, cells: string[]): void {
    const r = tag.attribute("r");
    const column = r === undefined ? cells.length : columnOf(r.bytes, r.start, r.end);
    if (column < cells.length || column >= MAX_COLUMNS) throw damaged();
    this.#cells += column + 1 - cells.length;
    if (this.#cells > MAX_CELLS) throw new XmlError("one with more cells than an export has");
    while (cells.length <= column) cells.push("");
    const [type, style] = [tag.get("t"), tag.attribute("s")?.toInteger() ?? 0];
    this.#cell = { column, type, style, isFormula: false, value: undefined };
  }

  #openInCell(name: string, cell: OpenCell): void {
    if (name === "v" || name === "t") {
      this.#isValue = true;
      cell.value ??= "";
    } else if (name === "f") cell.isFormula = true;
    else if (name === "rPh") this.#isAid = true;
  }

  #merge(ref: string): void {
    const [, from = "", first, last] =
      /^([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})$/.exec(ref) ?? [];
    if (first === undefined || first === last) return;
    const [firstRow, lastRow] = [Number(first), Number(last)];
    this.merged.push({ column: columnOf(Buffer.from(from)), firstRow, lastRow });
  }
}

/** `A1` is column 0. */
function columnOf(reference: Uint8Array, start = 0, end = reference.length): number {
  let column = 0;
  for (let at = start; at < end; at++) {
    const letter = (reference[at] ?? 0) - 0x40;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  if (column === 0) throw damaged();
  return column - 1;
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
}
