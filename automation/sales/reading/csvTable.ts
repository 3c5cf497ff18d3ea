// CSV → a table. The delimiter and the encoding are the pair in which all mapped headers are found.
import { parse, type CsvError } from "csv-parse/sync";
import { problemIn } from "../../../src/problem";
import { quoted } from "../../../src/printable";
import { suggest } from "../../../src/yaml/nearest";
import { cleanText } from "./cellText";
import { damagedLine, decodings, isDamagedUtf8, type Decoding } from "./decoding";
import {
  HEADER_ROWS,
  matchHeader,
  TableBuilder,
  type Header,
  type ReadTable,
  type Wanted,
} from "./table";

export const DELIMITERS: ReadonlyMap<string, string> = new Map([
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "pipe"],
]);

/** One row of the sample that may be the header. */
export interface Candidate {
  decoding: Decoding;
  delimiter: string;
  line: number;
  cells: string[];
}

/** The first rows in every encoding and with every delimiter, the likeliest encoding first. */
export function* candidates(bytes: Uint8Array, encoding?: string): Generator<Candidate> {
  for (const decoding of decodings(bytes, encoding)) {
    const sample = Buffer.from(decoding.sample);
    for (const delimiter of DELIMITERS.keys()) {
      const rows: Candidate[] = [];
      try {
        forEachRow(sample, delimiter, HEADER_ROWS, (line, cells) =>
          rows.push({ decoding, delimiter, line, cells }),
        );
      } catch {
        // The sample ends inside of a row, or it is no CSV with this delimiter: what was read
        // counts.
      }
      yield* rows;
    }
  }
}

/**
 * Reads a CSV file.
 *
 * @param file - as the user knows it, for problems.
 * @param encoding - the mapping's.
 */
export function readCsv(
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  file: string,
  encoding?: string,
): ReadTable {
  let best: { candidate: Candidate; header: Header } | undefined;
  for (const candidate of candidates(bytes, encoding)) {
    const header = matchHeader(candidate.cells, wanted);
    if (best === undefined || header.found > best.header.found) best = { candidate, header };
    if (header.complete) return readRows(candidate, header, file);
  }
  return { problems: noHeader(best, bytes, wanted, file) };
}

function readRows(candidate: Candidate, { places }: Header, file: string): ReadTable {
  const { decoding, delimiter, line: headerLine, cells } = candidate;
  const bytes = decoding.utf8();
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const before = new TextDecoder().decode(bytes.subarray(0, nul));
    const column = before.length - before.lastIndexOf("\n");
    const message = "expected text, got a NUL byte";
    const fix = "Export again: the file is damaged, or no CSV.";
    const place = { line: before.split("\n").length, column };
    return { problems: [problemIn(file, "export-nul", message, fix, place)] };
  }
  const builder = new TableBuilder({ cells, line: headerLine, places });
  try {
    forEachRow(bytes, delimiter, Infinity, (line, row) => {
      if (line > headerLine) builder.add(line, row);
    });
  } catch (error) {
    return { problems: [csvProblem(error as CsvError, bytes, file)] };
  }
  const note = `read as ${decoding.encoding}, which nobody said: if names look wrong, write \`encoding\` in the mapping`;
  const notes = decoding.assumed === true ? [note] : [];
  const how = `CSV, ${decoding.encoding}, ${DELIMITERS.get(delimiter)}`;
  return { table: builder.table(how, notes), problems: [] };
}

/** Calls back with each row and its first line; keeps none. @throws CsvError */
function forEachRow(
  bytes: Uint8Array,
  delimiter: string,
  rows: number,
  add: (line: number, cells: string[]) => void,
): void {
  let next = 1;
  parse(bytes, {
    columns: false,
    delimiter,
    record_delimiter: "\n",
    relax_column_count: true,
    ...(rows === Infinity ? {} : { to: rows }),
    on_record: (cells: string[], { lines }) => {
      add(next, cells);
      next = lines + 1;
      return null;
    },
  });
}

function csvProblem(error: CsvError, bytes: Uint8Array, file: string) {
  const line = Number(error["lines"] ?? 1);
  const column = Number(error["column"] ?? 0) + 1;
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    const last = lineCount(bytes);
    const message = `expected a quote at the end of the cell that begins here, got the end of the file in line ${last}`;
    const fix = "Export again: the file is cut off, or a quote inside of a cell is not doubled.";
    return problemIn(file, "export-quote", message, fix, { line, column });
  }
  const message = "expected quotes around whole cells, got one in the middle of a cell";
  const fix = "Export again: inside of a quoted cell a quote is written twice.";
  return problemIn(file, "export-quote", message, fix, { line, column });
}

/** The line in which a text ends; a line end at its end begins no further one. */
function lineCount(bytes: Uint8Array): number {
  let lines = 1;
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < bytes.length - 1; lines++) {
    at = bytes.indexOf(0x0a, at + 1);
  }
  return lines;
}

/** Why no pair of encoding and delimiter shows all headers. */
function noHeader(
  best: { candidate: Candidate; header: Header } | undefined,
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  file: string,
) {
  if (isDamagedUtf8(bytes)) {
    const place = { line: damagedLine(bytes), column: 1 };
    const message = "expected text in UTF-8 as in the rest of the file, got a byte that is not";
    const fix =
      "Export again: the file is cut off, or two files were joined. Or write `encoding` in the mapping.";
    return [problemIn(file, "export-encoding", message, fix, place)];
  }
  const text = best?.candidate.decoding.sample ?? "";
  if (
    /^\s*(?:<!--|<!doctype|<\?xml|<(?:html|head|body|meta|style|table|div|script)\b)/i.test(text)
  ) {
    const message = "expected a table, got a web page";
    const fix =
      "Export again as CSV or XLSX: this is a login page, or a report saved as Excel's old format.";
    return [problemIn(file, "export-html", message, fix)];
  }
  const names = wanted.filter(({ required }) => required);
  if (best === undefined || best.header.found === 0) {
    const list = names.map(({ headers }) => quoted(headers[0] ?? "")).join(", ");
    const message = `expected a table with the columns ${list}, got a file without any of them`;
    const fix =
      "Check that this is the export that the mapping is for, or write its headers under `columns`.";
    return [problemIn(file, "export-header", message, fix)];
  }
  return missingColumns(best.header, best.candidate, wanted, file);
}

/** One problem for each mapped column that a header does not have. */
export function missingColumns(
  { places }: Header,
  { cells, line }: { cells: readonly string[]; line: number },
  wanted: readonly Wanted[],
  file: string,
) {
  const present = cells.map(cleanText).filter((cell) => cell !== "");
  return wanted.flatMap(({ path, headers, required }, at) => {
    if (!required || places[at]?.length !== 0) return [];
    const names = headers.map(quoted).join(" or ");
    const message = `expected a column ${names}, got none of that name`;
    const advice = suggest(
      headers[0] ?? "",
      present.map((one) => quoted(one).slice(1, -1)),
    );
    const fix = `Add it to the export, or correct \`${path}\` in the mapping. ${advice}`;
    return [problemIn(file, "export-column", message, fix, { line, column: 1 })];
  });
}
