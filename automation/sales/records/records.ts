// Rows of an export → what each says about a customer, by the mapping.
import type { IsoDate } from "../../../src/customers/model";
import { quoted } from "../../../src/printable";
import type { Problem } from "../../../src/problem";
import { nearest } from "../../../src/yaml/nearest";
import type { StatusAction } from "../mapping/definition";
import type { Mapping } from "../mapping/mapping";
import { propose, valueLine, yamlLine, type Proposal } from "../reading/proposals";
import { fold } from "../reading/cellText";
import { expectedId } from "../reading/recordId";
import type { Table, TableRow } from "../reading/table";
import { Cells } from "./cells";
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

/** Longest value that a mapping can name. */
const VALUE_LENGTH = 200;

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
  readonly #known: ReadonlySet<string>;

  constructor(
    private readonly table: Table,
    private readonly mapping: Mapping,
    private readonly context: ReadContext,
  ) {
    this.#cells = new Cells(mapping);
    this.#problems = new RowProblems(context.file, table);
    this.#known = new Set(context.catalogue);
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
    const ends = new Ends(rows, mapping, table, context.today, this.#cells, this.#problems);
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
    if (this.#isIgnored(row)) return "ignore";
    if (this.#cells.of(row, "id") === "" && this.mapping.rowsWithoutId === "ignore") {
      return "without-id";
    }
    return this.#action(row);
  }

  /** True when one of the columns of `ignoreRows` says so; each value must be known. */
  #isIgnored(row: TableRow): boolean {
    let isIgnored = false;
    for (const [at, [header, values]] of [...this.mapping.ignoreRows].entries()) {
      const place = this.#cells.count + at;
      const value = row.cells[place] ?? "";
      const meaning = values.get(fold(value));
      isIgnored ||= meaning === "ignore";
      if (meaning !== undefined) continue;
      this.#unmapped(row, place, "row-unmapped", value, {
        expected: "a value that the mapping ignores or reads",
        section: `ignoreRows.${header}`,
        proposals: (text) => [
          { line: valueLine(text, "read"), when: "if rows with it count" },
          { line: valueLine(text, "ignore"), when: "if they do not" },
        ],
      });
    }
    return isIgnored;
  }

  #action(row: TableRow): StatusAction | undefined {
    const status = this.#cells.of(row, "status");
    const action = this.mapping.statuses.get(fold(status));
    if (action !== undefined) return action;
    this.#unmapped(row, this.#cells.place("status"), "status-unmapped", status, {
      expected: "a status that the mapping knows",
      section: "statuses",
      proposals: (text) => [{ line: valueLine(text, "grant"), when: "(or keep, suspend, ignore)" }],
    });
    return undefined;
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
    const repositories = gives ? this.#repositories(row) : [];
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
      proposals.push(
        { line: yamlLine("rowsWithoutId", "ignore"), when: "if such rows mean nothing" },
        { line: yamlLine("rowsWithoutId", "above"), when: "if they belong to the row above" },
      );
    }
    if (read?.form !== undefined) {
      proposals.push({ line: yamlLine("idForm", { ...idForm, ...read.form }) });
    }
    const { first } = row;
    if (first !== "" && !/\d/.test(cell) && first.length <= VALUE_LENGTH) {
      const skipRows = [...(this.mapping.written.skipRows ?? []), first];
      proposals.push({
        line: yamlLine("skipRows", skipRows),
        when: `if rows that begin with ${quoted(first)} are no records`,
      });
    }
    const fixes = [
      read?.fix ?? "Give the record an id.",
      ...(proposals.length === 0 ? [] : [propose(proposals, file)]),
    ];
    const found = read?.found ?? "a blank cell";
    const message = `expected ${expectedId(ids)}, got ${found}`;
    this.#problems.row(row, this.#cells.place("id"), "record-id", message, fixes.join(" "));
    return undefined;
  }

  #repositories(row: TableRow): string[] | undefined {
    const { mapping } = this;
    const names = new Set(mapping.repositories);
    let isKnown = true;
    for (const product of this.#cells.parts(row, "products")) {
      const repositories = mapping.products.get(fold(product));
      repositories?.forEach((name) => names.add(name));
      if (repositories !== undefined) continue;
      isKnown = false;
      this.#unmappedProduct(row, product);
    }
    for (const name of this.#cells.parts(row, "repositories")) {
      if (name === "") continue;
      names.add(name);
      if (this.#known.has(name)) continue;
      isKnown = false;
      this.#unknownRepository(row, name);
    }
    return isKnown ? [...names].sort() : undefined;
  }

  #unmappedProduct(row: TableRow, product: string): void {
    const { catalogue } = this.context;
    this.#unmapped(row, this.#cells.place("products"), "product-unmapped", product, {
      expected: "a product that the mapping knows",
      section: "products",
      proposals: (text) => {
        const likely = nearest(text.toLowerCase().replace(/[^a-z0-9]+/g, "-"), catalogue);
        return [
          { line: valueLine(text, [likely ?? catalogue[0]]), when: "with its own repositories" },
          { line: valueLine(text, []), when: "if it has no images" },
        ];
      },
    });
  }

  #unknownRepository(row: TableRow, name: string): void {
    const { catalogue } = this.context;
    this.#problems.value(row, this.#cells.place("repositories"), "repository-known", name, {
      expected: "a repository of the stack's catalogue",
      fix: () => {
        const likely = nearest(name, catalogue);
        const meant = likely === undefined ? "" : ` "${likely}" may be meant.`;
        return `Correct it in the sales system, or add it to the catalogue.${meant}`;
      },
    });
  }

  #unmapped(
    row: TableRow,
    place: number,
    check: string,
    value: string,
    words: {
      expected: string;
      section: string;
      proposals: (value: string) => readonly Proposal[];
    },
  ): void {
    const { expected, section, proposals } = words;
    const isLong = value.length > VALUE_LENGTH;
    const fix = () =>
      isLong
        ? `A mapping names values of up to ${VALUE_LENGTH} characters: map another column.`
        : propose(proposals(value), this.mapping.file, section);
    this.#problems.value(row, place, check, value, { expected, fix });
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
