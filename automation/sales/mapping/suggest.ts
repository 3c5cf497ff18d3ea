// An export without a mapping → a first mapping, with every status value listed for a person to
// fill in.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { toJson } from "../../output/json";
import { errorCode } from "../../../src/errorCode";
import { printable } from "../../../src/printable";
import { problemIn, ProblemsError } from "../../../src/problem";
import type { CommandContext } from "../../cli/command";
import { ExitCode } from "../../cli/exitCode";
import { counted } from "../../../src/counted";
import { UsageError } from "../../output/usageError";
import { cleanText, fold } from "../reading/cellText";
import { candidates } from "../reading/csvTable";
import { EndDates } from "../reading/endDate";
import { withoutFooter } from "../reading/footer";
import { readBytes } from "../reading/readBytes";
import { FIELDS, parseMapping, READY_MAPPINGS, type MappedField, type Mapping } from "./mapping";
import { kindOf, readTable } from "../reading/readTable";
import { readId, type IdKind } from "../reading/recordId";
import { HEADER_ROWS, type Table, type TableRow, type Wanted } from "../reading/table";
import { readSheets } from "../reading/xlsxTable";

const SCHEMA = join(__dirname, "../../../schemas/mapping.schema.json");

/**
 * Headers that usually hold a field, where no ready mapping knows them; the first pattern is the
 * best one.
 */
const USUAL: Readonly<Record<MappedField, readonly RegExp[]>> = {
  id: [/^(?:account|customer|company|record|organi[sz]ation|client)[ _-]?id$/, /\bid$/, /^id\b/],
  name: [/^(?:account|customer|company|organi[sz]ation|client)(?:[ _-]?name)?$/, /name$/],
  status: [/status$/, /stage$/, /^state$/],
  products: [/^products?\b/, /^(?:plan|item|sku)\b/],
  repositories: [/^repositor/],
  expires: [
    /\b(?:contract|licen[cs]e|subscription)\b.*\b(?:end|expir)/,
    /\bend(?: date)?$/,
    /\bexpir/,
  ],
  contact: [/e ?mail/, /^contact\b/],
};

/** Values of a column that are listed. More than that are no statuses. */
const VALUES_LISTED = 100;

const DATE_FORMATS =
  "DD.MM.YYYY DD/MM/YYYY MM/DD/YYYY DD-MM-YYYY YYYY/MM/DD DD-MMM-YYYY DD.MM.YY DD/MM/YY MM/DD/YY".split(
    " ",
  );

/** A header row that may be meant, and how the bytes were read to get it. */
interface Seen {
  cells: readonly string[];
  encoding?: string;
}

/** Field → the header that seems to hold it. */
type Headers = Partial<Record<MappedField, string>>;

/**
 * Writes a first mapping for an export.
 *
 * @param target - the mapping file to write, relative to the project's folder; never written over.
 */
export async function runSuggest(
  exportFile: string,
  target: string,
  { directory, terminal }: CommandContext,
): Promise<ExitCode> {
  const path = resolve(directory, exportFile);
  const file = printable(relative(process.cwd(), path) || path);
  const bytes = readBytes(path, file);
  if (!(bytes instanceof Uint8Array)) throw new ProblemsError([bytes]);
  const mappingPath = resolve(directory, target);
  const text = await suggestMapping(bytes, file, relative(dirname(mappingPath), SCHEMA));
  try {
    writeFileSync(mappingPath, text, { flag: "wx" });
  } catch (error) {
    const code = errorCode(error);
    if (code !== "EEXIST")
      throw new UsageError(
        `${printable(target)} cannot be written: ${code ?? "an error"}`,
        "Check the path.",
      );
    throw new UsageError(
      `${printable(target)} exists already`,
      "Name a new file: a mapping is not written over.",
    );
  }
  terminal.print(
    `Wrote ${target}. Fill in what each status means and what each product stands for, then:`,
  );
  terminal.print(`  \`ecr-customers import ${exportFile} --mapping ${target}\``);
  return ExitCode.done;
}

/**
 * A first mapping's text for an export.
 *
 * @param schema - where the JSON Schema is, as seen from the mapping.
 * @throws ProblemsError when the export is no table.
 */
export async function suggestMapping(
  bytes: Uint8Array,
  file: string,
  schema: string,
): Promise<string> {
  const ready = readyMappings();
  const headers = await firstRows(bytes, file);
  const best = bestHeader(headers, ready);
  if (best === undefined) {
    const message = "expected a table with a header, got none in its first rows";
    const fix = "Check that this is an export of accounts, deals or subscriptions.";
    throw new ProblemsError([problemIn(file, "export-header", message, fix)]);
  }
  const { seen, base } = best;
  const found = headersOf(seen.cells, base);
  const wanted = FIELDS.flatMap((field): Wanted[] => {
    const header = found[field];
    return header === undefined ? [] : [{ path: field, headers: [header], required: true }];
  });
  const { table, problems } = await readTable(bytes, wanted, file, seen.encoding);
  if (table === undefined) throw new ProblemsError(problems);
  return new Suggestion(table, found, base, seen.encoding).text(schema);
}

/** The mappings that come with the project. */
function readyMappings(): Mapping[] {
  return readdirSync(READY_MAPPINGS)
    .sort()
    .flatMap((name) => parseMapping(readFileSync(join(READY_MAPPINGS, name)), name).mapping ?? []);
}

async function firstRows(bytes: Uint8Array, file: string): Promise<Seen[]> {
  const kind = kindOf(bytes, file);
  if (typeof kind !== "string") throw new ProblemsError([kind]);
  if (kind === "csv") {
    return [...candidates(bytes)].map(({ cells, decoding }) => ({
      cells,
      ...(decoding.assumed === true ? { encoding: decoding.encoding } : {}),
    }));
  }
  const { sheets, problems } = await readSheets(bytes, file);
  if (sheets === undefined) throw new ProblemsError(problems);
  return sheets.flatMap(({ rows }) => rows.slice(0, HEADER_ROWS).map((cells) => ({ cells })));
}

/**
 * The row with the most headers of one ready mapping, or of the usual names; among equals the
 * first.
 */
function bestHeader(
  rows: readonly Seen[],
  ready: readonly Mapping[],
): { seen: Seen; base: Mapping | undefined } | undefined {
  let best: { seen: Seen; base: Mapping | undefined; score: number } | undefined;
  for (const seen of rows) {
    if (seen.cells.filter((cell) => cleanText(cell) !== "").length < 2) continue;
    for (const base of [undefined, ...ready]) {
      const score = Object.keys(headersOf(seen.cells, base, base === undefined)).length;
      // A ready mapping that knows as much says more than usual names do.
      const isBetter = best === undefined || score > best.score;
      const isReady = best?.base === undefined && base !== undefined && score === best?.score;
      if (score > 1 && (isBetter || isReady)) best = { seen, base, score };
    }
  }
  return best;
}

function headersOf(cells: readonly string[], base: Mapping | undefined, guess = true): Headers {
  const present = cells.map(cleanText).filter((cell) => cell !== "");
  const used = new Set<string>();
  const headers: Headers = {};
  for (const field of FIELDS) {
    const known = base?.columns[field]?.map(fold) ?? [];
    const header =
      known.flatMap((one) => present.find((cell) => fold(cell) === one) ?? [])[0] ??
      (guess ? usual(field, present, used) : undefined);
    if (header === undefined) continue;
    headers[field] = header;
    used.add(header);
  }
  return headers;
}

function usual(
  field: MappedField,
  present: readonly string[],
  used: ReadonlySet<string>,
): string | undefined {
  const free = present.filter((cell) => !used.has(cell));
  for (const pattern of USUAL[field]) {
    const found = free.find((cell) => pattern.test(fold(cell).replace(/[_-]/g, " ")));
    if (found !== undefined) return found;
  }
  return undefined;
}

class Suggestion {
  readonly #fields: readonly MappedField[];
  readonly #rows: readonly TableRow[];
  readonly #ids: IdKind;

  constructor(
    table: Table,
    private readonly headers: Headers,
    private readonly base: Mapping | undefined,
    private readonly encoding: string | undefined,
  ) {
    this.#fields = FIELDS.filter((field) => headers[field] !== undefined);
    this.#ids = base?.ids ?? idKindOf(table.rows.map((row) => this.#cell(row, "id")));
    const idOf = (row: TableRow) => readId(this.#cell(row, "id"), this.#ids).id;
    const isDistinct = this.#ids === "salesforce" || this.#ids === "guid";
    this.#rows = withoutFooter(table.rows, idOf, isDistinct).rows;
  }

  text(schema: string): string {
    const { base } = this;
    const filled = base === undefined ? "" : `, after the ready mapping ${base.file}`;
    return [
      `# yaml-language-server: $schema=${schema}`,
      `# Made from ${counted(this.#rows.length, "row")}${filled}. Fill in what is blank; docs/sales-exports.md explains each key.`,
      `system: ${base?.system ?? ""}${base === undefined ? " # the sales system's name, e.g. hubspot; never changes" : ""}`,
      ...(this.encoding === undefined ? [] : [`encoding: ${this.encoding}`]),
      `ids: ${this.#ids}`,
      "columns:",
      ...this.#columnLines(),
      "# grant: has access; keep: as before; suspend: access ends; ignore: the row says nothing.",
      "statuses:",
      ...this.#valueLines("status", (value) => [value], ""),
      ...this.#productLines(),
      ...this.#duplicateLines(),
      ...this.#dateLines(),
      "",
    ].join("\n");
  }

  #cell(row: TableRow, field: MappedField): string {
    return row.cells[this.#fields.indexOf(field)] ?? "";
  }

  #columnLines(): string[] {
    return FIELDS.flatMap((field): string[] => {
      const header = this.headers[field];
      if (header !== undefined) return [`  ${field}: ${toJson(header)}`];
      const isNeeded = field === "id" || field === "name" || field === "status";
      return isNeeded ? [`  ${field}: # which column?`] : [];
    });
  }

  #productLines(): string[] {
    if (this.headers.repositories !== undefined) return [];
    if (this.headers.products === undefined) {
      return ["# What every customer gets.", "repositories: []"];
    }
    const separator = this.base?.separator ?? ";";
    const parts = (value: string) => value.split(separator).map((part) => part.trim());
    return [
      "# Which repositories each product stands for; [] for one without images.",
      "products:",
      ...this.#valueLines("products", parts, " []"),
      ...(separator === ";" ? [] : [`separator: ${toJson(separator)}`]),
    ];
  }

  /** Every value once, with the number of its rows, the most frequent first. */
  #valueLines(
    field: MappedField,
    parts: (value: string) => readonly string[],
    value: string,
  ): string[] {
    if (this.headers[field] === undefined) return [];
    const counts = new Map<string, { shown: string; rows: number }>();
    for (const row of this.#rows) {
      for (const part of parts(this.#cell(row, field))) {
        const known = counts.get(fold(part));
        if (known === undefined) counts.set(fold(part), { shown: part, rows: 1 });
        else known.rows++;
      }
    }
    const all = [...counts].sort(([a, x], [b, y]) => y.rows - x.rows || (a < b ? -1 : 1));
    const lines = all.slice(0, VALUES_LISTED).map(([key, { shown, rows }]) => {
      const usual = field === "status" ? this.base?.statuses.get(key) : undefined;
      const hint = usual === undefined ? "" : `, usually ${usual}`;
      return `  ${toJson(shown)}:${value} # ${counted(rows, "row")}${hint}`;
    });
    const more = all.length - lines.length;
    return more > 0 ? [...lines, `  # and ${more} more: is this the right column?`] : lines;
  }

  #duplicateLines(): string[] {
    const ids = this.#rows.map((row) => this.#cell(row, "id")).filter((id) => id !== "");
    const several = ids.length - new Set(ids).size;
    const blank = this.#rows.length - ids.length;
    return [
      ...(several > 0
        ? [
            `duplicates: any-active # ${counted(several, "row")} more than ids: one that grants is enough`,
          ]
        : []),
      ...(blank > 0 ? [`# rowsWithoutId: ignore # ${counted(blank, "row")} without an id`] : []),
    ];
  }

  #dateLines(): string[] {
    if (this.headers.expires === undefined) return [];
    const cells = this.#rows.map((row) => this.#cell(row, "expires")).filter((cell) => cell !== "");
    const fits = (format: string | undefined) => {
      const dates = new EndDates({ format, timeZone: "UTC", graceDays: 0 });
      return cells.every((cell) => dates.day(cell) !== undefined);
    };
    if (fits(undefined)) return ["dates: { timeZone: UTC }"];
    const formats = DATE_FORMATS.filter(fits);
    const [only] = formats;
    if (only !== undefined && formats.length === 1)
      return [`dates: { format: ${only}, timeZone: UTC }`];
    const example = printable(cells[0] ?? "", 40);
    const choice =
      formats.length > 1 ? `${formats.join(" or ")}: both fit` : "how are days written?";
    return ["dates:", `  format: # ${choice}; the first one is ${example}`, "  timeZone: UTC"];
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
