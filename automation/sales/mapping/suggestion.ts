// The text of a first mapping for an export. Whatever decides about access is listed as seen and left
// open: a mapping that was not completed imports nothing.
import { counted } from "../../../src/counted";
import { quotedYaml, yamlLine } from "../reading/proposals";
import { fold } from "../reading/cellText";
import { withoutFooter } from "../reading/footer";
import { readId, type IdKind } from "../reading/recordId";
import type { Table, TableRow } from "../reading/table";
import { FIELDS, type MappedField } from "../reading/usualHeaders";
import type { ChosenColumns } from "./chooseColumns";
import { dateLines } from "./suggestedDates";
import { valueLines } from "./suggestedValues";

/** Headers of columns that mark rows that are not customers, in the languages of the sales systems. */
const FLAG =
  /deleted|archi[vw]|arki[vs]|gel[öo]scht|supprim|elimin|cancellat|borrad|exclu[ií]d|apagad|verwijderd|borttagen|raderad|slettet|poistet|usuni|удал|архив|削除|アーカイブ|删除|\btest\b|^is_?test|duplicate/;

/** A flag has a handful of values. */
const FLAG_VALUES = 10;

/** Headers whose columns are read for a suggestion: the fields', then the flags'. */
export function columnsToRead({ headers, present, base }: ChosenColumns): string[] {
  const fields = FIELDS.flatMap((field) => headers[field] ?? []);
  const known = new Set([...(base?.ignoreRows.keys() ?? [])].map(fold));
  const flags = present.filter(
    (header) => !fields.includes(header) && (known.has(fold(header)) || FLAG.test(fold(header))),
  );
  return [...new Set([...fields, ...flags])];
}

/**
 * A first mapping's text.
 *
 * @param table - of `columnsToRead`.
 * @param schema - where the JSON Schema is, seen from the mapping.
 */
export function suggestionText(table: Table, chosen: ChosenColumns, schema: string): string {
  return new Suggestion(table, chosen).text(schema);
}

class Suggestion {
  readonly #columns: readonly string[];
  readonly #rows: readonly TableRow[];
  readonly #ids: IdKind;

  constructor(
    table: Table,
    private readonly chosen: ChosenColumns,
  ) {
    this.#columns = columnsToRead(chosen);
    const filled = table.rows.filter((row) => row.filled > 1);
    this.#ids = chosen.base?.ids ?? idKindOf(filled.map((row) => this.#cell(row, "id")));
    const { rows } = withoutFooter(table.rows, {
      idOf: (row) => readId(this.#cell(row, "id"), this.#ids).id,
      hasData: (row) => FIELDS.slice(2).some((field) => this.#cell(row, field) !== ""),
      isDistinct: this.#ids === "salesforce" || this.#ids === "guid",
    });
    this.#rows = rows;
  }

  text(schema: string): string {
    const { base, encoding } = this.chosen;
    const filled = base === undefined ? "" : `, based on the ready mapping ${base.file}`;
    const unknown = " # the sales system's name, e.g. hubspot; never changes";
    return [
      `# yaml-language-server: $schema=${schema}`,
      `# Made from ${counted(this.#rows.length, "row")}${filled}. Fill in what is blank; docs/sales-exports.md explains each key.`,
      `system: ${base?.system ?? ""}${base === undefined ? unknown : ""}`,
      ...(encoding === undefined ? [] : [`encoding: ${encoding}`]),
      `ids: ${this.#ids}`,
      ...(base?.written.idForm === undefined ? [] : [yamlLine("idForm", base.written.idForm)]),
      "columns:",
      ...this.#columnLines(),
      "# grant: has access; keep: as before; suspend: access ends; ignore: the row says nothing.",
      "statuses:",
      ...this.#valueLines(
        this.chosen.headers.status,
        (value) => [value],
        (key) => base?.statuses.get(key),
      ),
      ...this.#productLines(),
      ...this.#flagLines(),
      ...this.#duplicateLines(),
      ...(this.chosen.headers.expires === undefined
        ? []
        : dateLines(this.#rows.map((row) => this.#cell(row, "expires")))),
      "",
    ].join("\n");
  }

  #cell(row: TableRow, field: MappedField): string {
    const header = this.chosen.headers[field];
    return header === undefined ? "" : (row.cells[this.#columns.indexOf(header)] ?? "");
  }

  #columnLines(): string[] {
    return FIELDS.flatMap((field): string[] => {
      const header = this.chosen.headers[field];
      if (header !== undefined) return [`  ${field}: ${quotedYaml(header)}`];
      const isNeeded = field === "id" || field === "name" || field === "status";
      return isNeeded ? [`  ${field}: # which column?`] : [];
    });
  }

  #productLines(): string[] {
    const { headers, base } = this.chosen;
    if (headers.repositories !== undefined) return [];
    if (headers.products === undefined) {
      return ["repositories: # what every customer gets, e.g. [edge-agent]"];
    }
    const separator = base?.separator ?? ";";
    const parts = (value: string) => value.split(separator).map((part) => part.trim());
    return [
      "# Which repositories each product stands for, e.g. [edge-agent]; [] for one without images.",
      "products:",
      ...this.#valueLines(headers.products, parts, () => undefined),
      ...(separator === ";" ? [] : [yamlLine("separator", separator)]),
    ];
  }

  #flagLines(): string[] {
    const fields = new Set(Object.values(this.chosen.headers));
    const flags = this.#columns
      .filter((header) => !fields.has(header))
      .map((header): [string, string[]] => [
        header,
        this.#valueLines(
          header,
          (value) => [value],
          (key) => this.#known(header)?.get(key),
        ).map((line) => `  ${line}`),
      ]);
    const present = new Set(this.chosen.present.map(fold));
    const missing = [...(this.chosen.base?.ignoreRows.keys() ?? [])].filter(
      (header) => !present.has(fold(header)),
    );
    if (flags.length + missing.length === 0) return [];
    return [
      "# ignore: rows with this value say nothing; read: they count.",
      "ignoreRows:",
      ...flags.flatMap(([header, lines]) => {
        const key = `  ${quotedYaml(header)}:`;
        if (lines.length <= FLAG_VALUES) return [key, ...lines];
        // Left open like any value, so that its rows are not taken for customers unnoticed.
        return [
          `${key} # ${counted(lines.length, "value")}: list those that decide, or leave out this column if it does not say which rows count`,
        ];
      }),
      ...missing.map(
        (header) =>
          `  ${quotedYaml(header)}: # not in this export: export it too, or leave out this line if the export holds no such rows`,
      ),
    ];
  }

  /** What the ready mapping says about a column that marks rows. */
  #known(header: string): ReadonlyMap<string, string> | undefined {
    const all = [...(this.chosen.base?.ignoreRows ?? [])];
    return all.find(([known]) => fold(known) === fold(header))?.[1];
  }

  #valueLines(
    header: string | undefined,
    parts: (value: string) => readonly string[],
    usually: (key: string) => string | undefined,
  ): string[] {
    if (header === undefined) return [];
    const place = this.#columns.indexOf(header);
    const values = this.#rows.flatMap((row) => parts(row.cells[place] ?? ""));
    return valueLines(values, usually);
  }

  #duplicateLines(): string[] {
    const ids = this.#rows.map((row) => this.#cell(row, "id")).filter((id) => id !== "");
    const several = ids.length - new Set(ids).size;
    const blank = this.#rows.length - ids.length;
    const rule = this.chosen.base?.written.duplicates;
    const more = `${counted(several, "row")} more than ids`;
    const choice =
      "any-active: one that grants is enough; latest-end: the row that ends last decides";
    return [
      ...(several > 0 && rule !== undefined ? [`duplicates: ${rule} # ${more}`] : []),
      ...(several > 0 && rule === undefined ? [`duplicates: # ${more}. ${choice}`] : []),
      ...(blank > 0
        ? [
            `rowsWithoutId: # ${counted(blank, "row")} without an id. ignore: they say nothing; above: they belong to the row above`,
          ]
        : []),
    ];
  }
}

/** What all ids look like. */
function idKindOf(cells: readonly string[]): IdKind {
  const filled = cells.filter((cell) => cell !== "").slice(0, 1000);
  const kinds = ["number", "guid", "salesforce"] as const;
  const fits = (kind: IdKind) =>
    filled.filter((cell) => readId(cell, kind).id !== undefined).length;
  return kinds.find((kind) => filled.length > 0 && fits(kind) > filled.length * 0.9) ?? "text";
}
