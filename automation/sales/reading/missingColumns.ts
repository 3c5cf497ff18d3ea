// Why an export has not the columns that a mapping asks for, with the line of the mapping that would
// find them.
import { type Problem, problemIn } from "../../../src/problem";
import { printable, quoted } from "../../../src/printable";
import { nearest } from "../../../src/yaml/nearest";
import { yamlLine } from "./proposals";
import { cleanText } from "./cellText";
import type { ReadOptions } from "./readOptions";
import { type Header, type Wanted } from "./table";
import { FIELDS, usualHeaders } from "./usualHeaders";

/** Headers that a problem lists; HubSpot's exports have 110. */
const LISTED = 60;

/** A row that seems to be the header, and where it stands. */
export interface HeaderRow {
  cells: readonly string[];
  line: number;
}

/** One problem for each wanted column that a header does not have. */
export function missingColumns(
  { places }: Header,
  { cells, line }: HeaderRow,
  wanted: readonly Wanted[],
  options: ReadOptions,
): Problem[] {
  const present = [...new Set(cells.map(cleanText).filter((cell) => cell !== ""))];
  const used = new Set(places.flatMap(([place]) => (place === undefined ? [] : [place])));
  const free = present.filter(
    (cell) => !cells.some((one, at) => used.has(at) && cleanText(one) === cell),
  );
  return wanted.flatMap((column, at) => {
    if (places[at]?.length !== 0) return [];
    const names = column.headers.map(quoted).join(" or ");
    const message = `expected a column ${names}, got none of that name`;
    const [likely, ...others] = likelyHeaders(column, free);
    const list = listed([
      ...new Set([...(likely === undefined ? [] : [likely]), ...others, ...present]),
    ]);
    const fix = `Add it to the export, or ${otherwise(column, likely, options)}. The export has: ${list}.`;
    return [problemIn(options.file, "export-column", message, fix, { line, column: 1 })];
  });
}

/** What to write in the mapping instead. */
function otherwise(
  { section, key }: Wanted,
  likely: string | undefined,
  { mappingFile }: ReadOptions,
) {
  if (section === "ignoreRows") {
    return `delete \`${printable(key)}\` under \`ignoreRows\` in ${mappingFile} if the export holds no such rows`;
  }
  if (likely === undefined)
    return `write its header as \`${key}\` under \`columns\` in ${mappingFile}`;
  return `write \`${yamlLine(key, likely)}\` under \`columns\` in ${mappingFile} if that is the column`;
}

function likelyHeaders({ section, key, headers }: Wanted, free: readonly string[]): string[] {
  const field = section === "columns" ? FIELDS.find((one) => one === key) : undefined;
  const usual = field === undefined ? [] : usualHeaders(field, free);
  return [...headers.flatMap((header) => nearest(header, free) ?? []), ...usual];
}

/** Headers for a problem. */
function listed(headers: readonly string[]): string {
  const shown = headers.slice(0, LISTED).map((one) => quoted(one).slice(1, -1));
  const more = headers.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` … (${more} more)` : "");
}

/** A file of another kind. */
export function noColumns(
  first: readonly string[],
  wanted: readonly Wanted[],
  { file, mappingFile }: ReadOptions,
): Problem {
  const list = wanted.map(({ headers }) => quoted(headers[0] ?? "")).join(", ");
  const message = `expected a table with the columns ${list}, got a file without any of them`;
  const cells = first.map(cleanText).filter((cell) => cell !== "");
  const found = cells.length === 0 ? "" : ` The file begins with: ${listed(cells)}.`;
  const fix = `Check that this is the export that the mapping is for, or write its headers under \`columns\` in ${mappingFile}.${found}`;
  return problemIn(file, "export-header", message, fix);
}
