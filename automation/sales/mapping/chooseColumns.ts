// An export without a mapping → its header, the ready mapping that is for it, and which column holds
// what.
import { ProblemsError } from "../../../src/problem";
import { cleanText, fold } from "../reading/cellText";
import { candidates } from "../reading/csvHeader";
import { kindOf, readTable } from "../reading/readTable";
import { HEADER_ROWS, type Table, type Wanted } from "../reading/table";
import { FIELDS, usualHeaders } from "../reading/usualHeaders";
import { firstSheetRows, unreadable } from "../reading/xlsxTable";
import type { Mapping } from "./mapping";
import { isRecognised, knownHeaders, readyMappings, type Headers } from "./readyMappings";

/** What is known of an export without a mapping. */
export interface ChosenColumns {
  headers: Headers;
  /** All headers. */
  present: readonly string[];
  /** The ready mapping that is for it. */
  base?: Mapping;
  encoding?: string;
}

/** A row that may be the header, the rows after it, and how the bytes were read to get it. */
interface Seen {
  cells: readonly string[];
  below: readonly (readonly string[])[];
  encoding?: string;
}

/**
 * Chooses the header row and the columns.
 *
 * @returns undefined when no row looks like a header.
 * @throws ProblemsError when the file is not a table.
 */
export async function chooseColumns(
  bytes: Uint8Array,
  file: string,
): Promise<ChosenColumns | undefined> {
  const seen = await firstRows(bytes, file);
  const best = recognised(seen) ?? guessed(seen);
  if (best === undefined) return undefined;
  const { row, base } = best;
  const present = headersIn(row);
  const known = base === undefined ? {} : knownHeaders(present, base);
  const encoding = row.encoding === undefined ? {} : { encoding: row.encoding };
  const headers = extended(known, present);
  if (known.id === undefined) headers.id = await joiningId(headers, present, bytes, file, row);
  return { headers, present, ...encoding, ...(base === undefined ? {} : { base }) };
}

async function firstRows(bytes: Uint8Array, file: string): Promise<Seen[]> {
  const kind = await kindOf(bytes, file);
  if (typeof kind !== "string") throw new ProblemsError([kind]);
  if (kind === "csv") {
    const all = [...candidates(bytes)];
    return all.map(({ cells, decoding, delimiter }, at) => ({
      cells,
      below: all
        .slice(at + 1, at + HEADER_ROWS)
        .filter((one) => one.decoding === decoding && one.delimiter === delimiter)
        .map((one) => one.cells),
      ...(decoding.assumed === true ? { encoding: decoding.encoding } : {}),
    }));
  }
  try {
    const rows = await firstSheetRows(bytes);
    return rows.map((cells, at) => ({ cells, below: rows.slice(at + 1, at + HEADER_ROWS) }));
  } catch (error) {
    throw new ProblemsError([unreadable(error, file)]);
  }
}

function headersIn({ cells }: Seen): string[] {
  return cells.map(cleanText).filter((cell) => cell !== "");
}

/** The row and the ready mapping that know most of each other. */
function recognised(rows: readonly Seen[]): { row: Seen; base: Mapping } | undefined {
  let best: { row: Seen; base: Mapping; score: number } | undefined;
  for (const base of readyMappings()) {
    for (const row of rows) {
      const headers = knownHeaders(headersIn(row), base);
      const score = Object.keys(headers).length;
      if (score < 2 || (best !== undefined && score <= best.score)) continue;
      const place = row.cells.findIndex((cell) => cleanText(cell) === headers.id);
      // A footer has one cell.
      const rows = row.below.filter((cells) => cells.filter((cell) => cell !== "").length > 1);
      const ids = rows.map((cells) => cleanText(cells[place] ?? ""));
      if (isRecognised(headers, base, ids)) best = { row, base, score };
    }
  }
  return best;
}

/** The row with the most of the usual headers; among equals the first. */
function guessed(rows: readonly Seen[]): { row: Seen; base?: undefined } | undefined {
  let best: { row: Seen; score: number } | undefined;
  for (const row of rows) {
    const score = Object.keys(extended({}, headersIn(row))).length;
    if (score > 1 && (best === undefined || score > best.score)) best = { row, score };
  }
  return best;
}

/** The known headers, and the usual ones of the other fields. */
function extended(known: Headers, present: readonly string[]): Headers {
  const used = new Set(Object.values(known));
  const headers: Headers = {};
  for (const field of FIELDS) {
    const free = present.filter((header) => !used.has(header));
    const header = known[field] ?? usualHeaders(field, free)[0];
    if (header === undefined) continue;
    headers[field] = header;
    used.add(header);
  }
  return headers;
}

/** Headers of columns that may hold an id of something. */
const ID_LIKE = /(?:\bids?|\b(?:no|nr|number|code|key))$|^id\b/;

/**
 * The column that joins the rows of one company. Where companies have several rows, one with another
 * value in nearly every row is the id of a deal or a subscription.
 *
 * @returns undefined when there is none, so that no one takes the wrong column.
 */
async function joiningId(
  headers: Headers,
  present: readonly string[],
  bytes: Uint8Array,
  file: string,
  { encoding }: Seen,
): Promise<string | undefined> {
  const { id, name } = headers;
  if (id === undefined || name === undefined) return id;
  const taken = new Set(FIELDS.flatMap((field) => (field === "id" ? [] : (headers[field] ?? []))));
  const others = present.filter(
    (header) => header !== id && !taken.has(header) && ID_LIKE.test(plainHeader(header)),
  );
  const candidatesOfId = [id, ...new Set(others)];
  const table = await readColumns([name, ...candidatesOfId], bytes, file, encoding);
  const rows = table.rows.filter(({ filled, cells }) => filled > 1 && cells[0] !== "");
  const names = new Set(rows.map(({ cells }) => fold(cells[0] ?? ""))).size;
  if (names > rows.length * 0.9) return id;
  const isJoining = (at: number) => {
    const values = rows.map(({ cells }) => cells[at + 1] ?? "").filter((cell) => cell !== "");
    // About one for each name: far fewer would be a region or an owner.
    const { size } = new Set(values);
    return size >= names * 0.9 && size <= Math.max(names, rows.length * 0.9 - 1);
  };
  return candidatesOfId.find((_, at) => isJoining(at));
}

function plainHeader(header: string): string {
  return fold(header).replace(/[_-]/g, " ");
}

/** Reads columns by their headers. @throws ProblemsError */
export async function readColumns(
  headers: readonly string[],
  bytes: Uint8Array,
  file: string,
  encoding: string | undefined,
): Promise<Table> {
  const wanted = headers.map((header): Wanted => ({
    section: "columns",
    key: header,
    headers: [header],
  }));
  const options = {
    file,
    mappingFile: "the mapping",
    ...(encoding === undefined ? {} : { encoding }),
  };
  const { table, problems } = await readTable(bytes, wanted, options);
  if (table === undefined) throw new ProblemsError(problems);
  return table;
}
