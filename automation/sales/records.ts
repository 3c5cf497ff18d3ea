// Rows of an export → what each says about a customer, by the mapping.
import { suggest } from "../../src/yaml/nearest";
import type { IsoDate } from "../../src/customers/model";
import { printable, quoted } from "../../src/printable";
import type { Problem } from "../../src/problem";
import { damageOf, fold } from "./reading/cellText";
import { EndDates } from "./reading/endDate";
import { withoutFooter } from "./reading/footer";
import { FIELDS, type MappedField, type Mapping } from "./mapping/mapping";
import type { StatusAction } from "./mapping/definition";
import { expectedId, readId } from "./reading/recordId";
import { RowProblems } from "./rowProblems";
import type { Table, TableRow, Wanted } from "./reading/table";

/** What one row says about a customer. */
export interface SalesRecord {
  /** In its normal form (recordId.ts). */
  id: string;
  line: number;
  /** Empty when the cell is blank. */
  name: string;
  action: Exclude<StatusAction, "ignore">;
  /** Sorted, unique. */
  repositories: readonly string[];
  /** Last day with access; null: it has no end; undefined: the row says nothing about it. */
  expires: IsoDate | null | undefined;
  /** Empty when the cell is blank or no column is mapped. */
  contact: string;
}

export interface ReadRecords {
  records: SalesRecord[];
  /** Ids with a row that says nothing; they are there all the same. */
  ignoredIds: ReadonlySet<string>;
  counts: { rows: number; footer: number; ignored: number; withoutId: number };
  problems: Problem[];
}

/** What a row says about the end of access. */
type RowEnd =
  | { ends: "on"; day: IsoDate }
  /** `unsaid`: the file's own end stays. */
  | { ends: "never" | "unsaid" | "suspended" };

/** By the mapping's `dates.blank`. */
const BLANK_END = {
  none: { ends: "never" },
  keep: { ends: "unsaid" },
  suspend: { ends: "suspended" },
} as const;

/** Longest name and contact of a customer file. */
const TEXT_LENGTH = 200;

/** The columns that a mapping asks for. */
export function wantedColumns(mapping: Mapping): Wanted[] {
  const fields = FIELDS.flatMap((field): Wanted[] => {
    const headers = mapping.columns[field];
    return headers === undefined ? [] : [{ path: `columns.${field}`, headers, required: true }];
  });
  const ignored = [...mapping.ignoreRows.keys()].map((header): Wanted => ({
    path: `ignoreRows.${header}`,
    headers: [header],
    required: false,
  }));
  return [...fields, ...ignored];
}

/**
 * Reads all rows. The values of the status column and, of rows that grant, of the product and
 * repository columns must all be known: each unknown one is a problem with the number of its rows.
 *
 * @param catalogue - names of the stack's repositories.
 */
export function readRecords(
  table: Table,
  mapping: Mapping,
  file: string,
  catalogue: readonly string[],
): ReadRecords {
  return new RecordReader(table, mapping, file, catalogue).read();
}

class RecordReader {
  readonly #fields: readonly MappedField[];
  readonly #problems: RowProblems;
  readonly #dates: EndDates;
  readonly #known: ReadonlySet<string>;

  constructor(
    private readonly table: Table,
    private readonly mapping: Mapping,
    file: string,
    private readonly catalogue: readonly string[],
  ) {
    this.#fields = FIELDS.filter((field) => mapping.columns[field] !== undefined);
    this.#problems = new RowProblems(file, table);
    this.#dates = new EndDates(mapping.dates);
    this.#known = new Set(catalogue);
  }

  read(): ReadRecords {
    const { ids } = this.mapping;
    const isDistinct = ids === "salesforce" || ids === "guid";
    const data = withoutFooter(this.table.rows, (row) => this.#id(row), isDistinct);
    const counts = { rows: data.rows.length, footer: data.footer, ignored: 0, withoutId: 0 };
    const records: SalesRecord[] = [];
    const ignoredIds = new Set<string>();
    for (const row of data.rows) {
      if (!this.#isWhole(row, row === data.rows.at(-1))) continue;
      if (this.#isIgnored(row)) {
        counts.ignored++;
        const id = this.#id(row);
        if (id !== undefined) ignoredIds.add(id);
      } else if (this.#cell(row, "id") === "" && this.mapping.rowsWithoutId === "ignore") {
        counts.withoutId++;
      } else {
        const read = this.#record(row);
        if (read === "ignore") {
          counts.ignored++;
          ignoredIds.add(this.#id(row) ?? "");
        } else if (read !== undefined) records.push(read);
      }
    }
    return { records, ignoredIds, counts, problems: this.#problems.all() };
  }

  #place(field: MappedField): number {
    return this.#fields.indexOf(field);
  }

  #cell(row: TableRow, field: MappedField): string {
    return row.cells[this.#place(field)] ?? "";
  }

  #id(row: TableRow): string | undefined {
    const cell = this.#idCell(row);
    return cell === "" ? undefined : readId(cell, this.mapping.ids).id;
  }

  /** Several records may be joined in one cell; the same one twice is one. */
  #idCell(row: TableRow): string {
    const cell = this.#cell(row, "id");
    const parts = new Set(cell.split(";").map((part) => part.trim()));
    const [only] = parts;
    return parts.size === 1 && only !== undefined ? only : cell;
  }

  /** The row has the header's form, and no mapped cell is damaged. */
  #isWhole(row: TableRow, isLast: boolean): boolean {
    const { fault } = row;
    const { width, columns } = this.table;
    if (fault?.kind === "conflict") {
      const values = fault.values.map(quoted).join(" and ");
      const message = `expected one value under a header that occurs several times, got ${values}`;
      const fix = "Leave one of the two columns out of the export.";
      this.#problems.row(row, fault.wanted, "export-twin-header", message, fix);
      return false;
    }
    if (fault?.kind === "long") {
      const message = `expected ${width} cells as in the header, got ${fault.cells}`;
      const fix = "Export again: a cell with the delimiter in it is not in quotes.";
      this.#problems.row(row, undefined, "export-row", message, fix);
      return false;
    }
    if (fault?.kind === "short") {
      const cut = columns.some((one) => one !== undefined && one.column > fault.cells);
      if (cut || isLast) {
        const message = `expected ${width} cells as in the header, got ${fault.cells}`;
        const fix = isLast
          ? "Export again: the file is cut off in this row."
          : "Export again, or save as XLSX: cells that the mapping needs are missing.";
        this.#problems.row(row, undefined, "export-row", message, fix);
        return false;
      }
    }
    for (const [at, cell] of row.cells.entries()) {
      const damage = at < this.#fields.length ? damageOf(cell) : undefined;
      if (damage === undefined) continue;
      const message = `expected a value, got ${damage}: ${quoted(cell)}`;
      const fix = "Correct it where it comes from and export again.";
      this.#problems.row(row, at, "export-cell", message, fix);
      return false;
    }
    return true;
  }

  #isIgnored(row: TableRow): boolean {
    return [...this.mapping.ignoreRows.values()].some((values, at) => {
      const place = this.#fields.length + at;
      const isThere = this.table.columns[place] !== undefined;
      return isThere && values.has(fold(row.cells[place] ?? ""));
    });
  }

  #record(row: TableRow): SalesRecord | "ignore" | undefined {
    const action = this.#action(row);
    if (action === "ignore") return action;
    const id = this.#checkedId(row);
    const end = this.#end(row);
    const grants = action === "grant" && end?.ends !== "suspended";
    const repositories = grants ? this.#repositories(row) : [];
    if (
      id === undefined ||
      action === undefined ||
      end === undefined ||
      repositories === undefined
    ) {
      return undefined;
    }
    return {
      id,
      line: row.line,
      name: cut(this.#cell(row, "name")),
      action: end.ends === "suspended" && action === "grant" ? "suspend" : action,
      repositories,
      expires: end.ends === "on" ? end.day : end.ends === "never" ? null : undefined,
      contact: cut(this.#cell(row, "contact")),
    };
  }

  #checkedId(row: TableRow): string | undefined {
    const cell = this.#idCell(row);
    const { ids } = this.mapping;
    const read = cell === "" ? undefined : readId(cell, ids);
    if (read?.id !== undefined) return read.id;
    const found = read?.found ?? "a blank cell";
    const fix =
      read?.fix ??
      "Give the record an id, or write `rowsWithoutId: ignore` in the mapping if such rows mean nothing.";
    const message = `expected ${expectedId(ids)}, got ${found}`;
    this.#problems.row(row, this.#place("id"), "record-id", message, fix);
    return undefined;
  }

  #action(row: TableRow): StatusAction | undefined {
    const status = this.#cell(row, "status");
    const action = this.mapping.statuses.get(fold(status));
    if (action !== undefined) return action;
    this.#problems.value(row, this.#place("status"), "status-unmapped", status, {
      expected: "a status that the mapping knows",
      fix: (value) =>
        `Write \`${printable(JSON.stringify(value), 80)}: grant\` (or keep, suspend, ignore) under \`statuses\` in ${this.mapping.file}.`,
    });
    return undefined;
  }

  /** @returns undefined when the cell holds no day in the declared format. */
  #end(row: TableRow): RowEnd | undefined {
    const { dates, columns } = this.mapping;
    if (columns.expires === undefined) return { ends: "unsaid" };
    const cell = this.#cell(row, "expires");
    if (cell === "") return BLANK_END[dates.blank];
    const day = this.#dates.day(cell);
    if (day !== undefined) return { ends: "on", day };
    const expected = dates.format === undefined ? "YYYY-MM-DD" : `${dates.format} or YYYY-MM-DD`;
    const message = `expected a day as ${expected}, got ${quoted(cell)}`;
    const fix =
      "Declare how the export writes days, e.g. `dates: { format: DD.MM.YYYY }` in the mapping.";
    this.#problems.row(row, this.#place("expires"), "record-date", message, fix);
    return undefined;
  }

  #repositories(row: TableRow): string[] | undefined {
    const { mapping } = this;
    const names = new Set(mapping.repositories);
    let isKnown = true;
    for (const product of this.#parts(row, "products")) {
      const repositories = mapping.products.get(fold(product));
      repositories?.forEach((name) => names.add(name));
      if (repositories !== undefined) continue;
      isKnown = false;
      this.#problems.value(row, this.#place("products"), "product-unmapped", product, {
        expected: "a product that the mapping knows",
        fix: (value) =>
          `Write \`${printable(JSON.stringify(value), 80)}: [<repository>]\` under \`products\` in ${mapping.file}; [] for a product without images.`,
      });
    }
    for (const name of this.#parts(row, "repositories")) {
      if (name === "") continue;
      names.add(name);
      if (this.#known.has(name)) continue;
      isKnown = false;
      this.#problems.value(row, this.#place("repositories"), "repository-known", name, {
        expected: "a repository of the stack's catalogue",
        fix: (value) => suggest(value, this.catalogue),
      });
    }
    if (!isKnown) return undefined;
    if (names.size > 0) return [...names].sort();
    const message = "expected at least one repository for a customer with access, got none";
    const fix = "Correct its products in the sales system, or what they stand for in the mapping.";
    this.#problems.row(row, undefined, "record-repositories", message, fix);
    return undefined;
  }

  /** The parts of a cell; a blank cell is one blank part. */
  #parts(row: TableRow, field: "products" | "repositories"): string[] {
    if (this.mapping.columns[field] === undefined) return [];
    const cell = this.#cell(row, field);
    const parts = cell.split(this.mapping.separator).map((part) => part.trim());
    const filled = [...new Set(parts)].filter((part) => part !== "");
    return filled.length > 0 ? filled : [""];
  }
}

/** Systems keep longer names than a customer file. */
function cut(text: string): string {
  if (text.length <= TEXT_LENGTH) return text;
  return `${text
    .slice(0, TEXT_LENGTH - 1)
    .replace(/[\ud800-\udbff]$/, "")
    .trimEnd()}…`;
}
