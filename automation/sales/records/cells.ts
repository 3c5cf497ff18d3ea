// A table's cells by the fields of a mapping.
import type { Mapping } from "../mapping/mapping";
import { isNoId, readId, type ReadId } from "../reading/recordId";
import type { TableRow, Wanted } from "../reading/table";
import { FIELDS, type MappedField } from "../reading/usualHeaders";

/** The columns that a mapping asks for. */
export function wantedColumns(mapping: Mapping): Wanted[] {
  const fields = FIELDS.flatMap((key): Wanted[] => {
    const headers = mapping.columns[key];
    return headers === undefined ? [] : [{ section: "columns", key, headers }];
  });
  const ignored = [...mapping.ignoreRows.keys()].map((header): Wanted => ({
    section: "ignoreRows",
    key: header,
    headers: [header],
  }));
  return [...fields, ...ignored];
}

/** Finds the cells of the table that was read by `wantedColumns`. */
export class Cells {
  readonly #fields: readonly MappedField[];

  constructor(private readonly mapping: Mapping) {
    this.#fields = FIELDS.filter((field) => mapping.columns[field] !== undefined);
  }

  /** Mapped columns; those of `ignoreRows` follow. */
  get count(): number {
    return this.#fields.length;
  }

  /** The place of a field's column among the wanted ones. */
  place(field: MappedField): number {
    return this.#fields.indexOf(field);
  }

  of(row: TableRow, field: MappedField): string {
    return row.cells[this.place(field)] ?? "";
  }

  /** The id of a row; undefined when its cell is blank, or holds what stands for no id. */
  readId(row: TableRow): ReadId | undefined {
    const cell = this.of(row, "id");
    if (isNoId(cell)) return undefined;
    // Several records may be joined in one cell; the same one twice is one.
    const parts = new Set(cell.split(";").map((part) => part.trim()));
    const [only] = parts;
    const id = parts.size === 1 && only !== undefined ? only : cell;
    return readId(id, this.mapping.ids, this.mapping.idForm);
  }

  id(row: TableRow): string | undefined {
    return this.readId(row)?.id;
  }

  /** Whether it says anything besides who it is about. */
  hasData(row: TableRow): boolean {
    return this.#fields.some(
      (field, at) => field !== "id" && field !== "name" && (row.cells[at] ?? "") !== "",
    );
  }

  /** The parts of a cell; a blank cell is one blank part. */
  parts(row: TableRow, field: "products" | "repositories"): string[] {
    if (this.mapping.columns[field] === undefined) return [];
    const parts = this.of(row, field)
      .split(this.mapping.separator)
      .map((part) => part.trim());
    const filled = [...new Set(parts)].filter((part) => part !== "");
    return filled.length > 0 ? filled : [""];
  }

  /** A row without an id that continues the one above: its blank cells are those of that row. */
  continued(row: TableRow, above: TableRow): TableRow {
    const cells = row.cells.map((cell, at) => {
      const field = this.#fields[at];
      const isOwn = field === "products" || field === "repositories";
      return isOwn ? cell : cell || (above.cells[at] ?? "");
    });
    return { ...row, cells };
  }
}
