// Rows of an export → what each says about a customer, by the mapping.
import type { IsoDate } from "../../../src/customers/model";
import { quoted } from "../../../src/printable";
import type { Problem } from "../../../src/problem";
import type { StatusAction } from "../mapping/definition";
import type { Mapping } from "../mapping/mapping";
import { propose, yamlLine, type Proposal } from "../reading/proposals";
import { expectedId, isNoId } from "../reading/recordId";
import type { Table, TableRow } from "../reading/table";
import { Cells } from "./cells";
import { ClosedSets, VALUE_LENGTH } from "./closedSets";
import { Ends, type RowEnd } from "./ends";
import { recordRows } from "./recordRows";
import { RowProblems } from "./rowProblems";

/** What one row says about a customer. */
export interface SalesRecord {
  /** In its normal form (recordId.ts). */
  id: string;
  line: number;
  /** Empty when the cell is blank. */
  name: string;
  action: Exclude<StatusAction, "ignore">;
  /** Sorted, unique. Of a row that keeps: those that its products stand for. */
  repositories: readonly string[];
  /** Last day with access; null: it has no end; undefined: the row says nothing about it. */
  expires: IsoDate | null | undefined;
  /** Empty when the cell is blank or no column is mapped. */
  contact: string;
}

export interface ReadRecords {
  records: SalesRecord[];
  /** Ids with a row that is ignored; they are there all the same. */
  ignoredIds: ReadonlySet<string>;
  counts: { rows: number; footer: number; ignored: number; withoutId: number };
  /** What a reader of the report should know about the reading. */
  notes: readonly string[];
  problems: Problem[];
}

/** What the rows are read by, besides the mapping. */
export interface ReadContext {
  /** The export, as the user knows it. */
  file: string;
  /** Names of the stack's repositories. */
  catalogue: readonly string[];
  today: IsoDate;
}

/** Longest name and contact of a customer file. */
const TEXT_LENGTH = 200;

/**
 * Reads all rows. The values of every column that decides about access must all be known: status,
 * the columns of `ignoreRows`, and, of rows that give or keep access, product and repository. Each unknown one is a
 * problem with the number of its rows.
 */
export function readRecords(table: Table, mapping: Mapping, context: ReadContext): ReadRecords {
  return new RecordReader(table, mapping, context).read();
}

/** A row that is not ignored. */
interface CountingRow {
  row: TableRow;
  action: SalesRecord["action"] | undefined;
}

class RecordReader {
  readonly #cells: Cells;
  readonly #problems: RowProblems;
  readonly #sets: ClosedSets;

  constructor(
    private readonly table: Table,
    private readonly mapping: Mapping,
    private readonly context: ReadContext,
  ) {
    this.#cells = new Cells(mapping);
    this.#problems = new RowProblems(context.file, table);
    this.#sets = new ClosedSets(mapping, context.catalogue, this.#cells, this.#problems);
  }

  read(): ReadRecords {
    const { mapping, table, context } = this;
    const data = recordRows(table, mapping, this.#cells, this.#problems);
    const counts = { rows: data.rows.length, footer: data.footer, ignored: 0, withoutId: 0 };
    const counting: CountingRow[] = [];
    const ignoredIds = new Set<string>();
    for (const row of data.rows) {
      const meaning = this.#meaning(row);
      if (meaning === "without-id") counts.withoutId++;
      else if (meaning === "ignore") {
        counts.ignored++;
        const id = this.#cells.id(row);
        if (id !== undefined) ignoredIds.add(id);
      } else counting.push({ row, action: meaning });
    }
    const rows = counting.map(({ row }) => row);
    const giving = counting.flatMap(({ row, action }) => (action === "grant" ? [row] : []));
    const { today } = context;
    const ends = new Ends({ rows, giving, table, today }, mapping, this.#cells, this.#problems);
    // What a row keeps matters beside one that grants.
    const granted = new Set(
      counting.flatMap(({ row, action }) => (action === "grant" ? [this.#cells.id(row)] : [])),
    );
    const records = counting.flatMap(({ row, action }) => {
      const isBeside = action === "keep" && granted.has(this.#cells.id(row));
      return this.#record(row, action, isBeside, ends) ?? [];
    });
    const note = ends.note();
    const notes = note === undefined ? [] : [note];
    return { records, ignoredIds, counts, notes, problems: this.#problems.all() };
  }

  /** What a row does; undefined when its status or another deciding value is unknown, which is reported. */
  #meaning(row: TableRow): StatusAction | "without-id" | undefined {
    if (this.#sets.isIgnored(row)) return "ignore";
    if (isNoId(this.#cells.of(row, "id")) && this.mapping.rowsWithoutId === "ignore") {
      return "without-id";
    }
    return this.#sets.action(row);
  }

  /** @param isBeside - another row of the same id grants, so that what this one keeps matters. */
  #record(
    row: TableRow,
    action: SalesRecord["action"] | undefined,
    isBeside: boolean,
    ends: Ends,
  ): SalesRecord | undefined {
    const id = this.#checkedId(row);
    const end = ends.of(row, action === "grant");
    const gives = (action === "grant" && end?.ends !== "suspended") || isBeside;
    const repositories = gives ? this.#sets.repositories(row) : [];
    if (id === undefined || action === undefined || end === undefined) return undefined;
    if (repositories === undefined) return undefined;
    return {
      id,
      line: row.line,
      name: cut(this.#cells.of(row, "name")),
      action: end.ends === "suspended" && action === "grant" ? "suspend" : action,
      repositories,
      expires: expiryOf(end),
      contact: cut(this.#cells.of(row, "contact")),
    };
  }

  #checkedId(row: TableRow): string | undefined {
    const { ids, idForm, file } = this.mapping;
    const read = this.#cells.readId(row);
    if (read?.id !== undefined) return read.id;
    const cell = this.#cells.of(row, "id");
    const proposals: Proposal[] = [];
    if (read === undefined) {
      const above = yamlLine("rowsWithoutId", "above");
      proposals.push(
        { line: yamlLine("rowsWithoutId", "ignore"), when: "if such rows mean nothing" },
        ...(cell === "" ? [{ line: above, when: "if they belong to the row above" }] : []),
      );
    }
    if (read?.form !== undefined) {
      proposals.push({ line: yamlLine("idForm", { ...idForm, ...read.form }) });
    }
    const { first } = row;
    // No sales system has ids with blanks in them, or without a digit.
    const isId = /^\S*\d\S*$/.test(cell) || read?.form !== undefined;
    if (first !== "" && !isId && first.length <= VALUE_LENGTH) {
      const skipRows = [...(this.mapping.written.skipRows ?? []), first];
      proposals.push({
        line: yamlLine("skipRows", skipRows),
        when: `if rows that begin with ${quoted(first)} are not records`,
      });
    }
    const fixes = [
      read?.fix ?? "Give the record an id.",
      ...(proposals.length === 0 ? [] : [propose(proposals, file)]),
    ];
    const blank = cell === "" ? "a blank cell" : `${quoted(cell)}, which stands for no id`;
    const found = read?.found ?? blank;
    const message = `expected ${expectedId(ids)}, got ${found}`;
    this.#problems.row(row, this.#cells.place("id"), "record-id", message, fixes.join(" "));
    return undefined;
  }
}

function expiryOf(end: RowEnd): IsoDate | null | undefined {
  return end.ends === "on" ? end.day : end.ends === "never" ? null : undefined;
}

/** Systems keep longer names than a customer file. */
function cut(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  return `${text
    .slice(0, TEXT_LENGTH - 1)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd()}…`;
}
