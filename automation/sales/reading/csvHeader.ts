// The header of a CSV file: the pair of delimiter and encoding in which all mapped headers are found.
import { parse } from "csv-parse/sync";
import { decodings, type Decoding } from "./decoding";
import { HEADER_ROWS, matchHeader, type Header, type Wanted } from "./table";

/** With their names. */
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
  for (const decoding of decodings(bytes, encoding)) yield* candidatesIn(decoding);
}

/** The same in one encoding. */
export function* candidatesIn(decoding: Decoding): Generator<Candidate> {
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

/** The row that has most of the wanted columns; the first one that has them all. */
export interface BestHeader {
  candidate: Candidate;
  header: Header;
}

/** Looks for the header among rows that may be it. */
export function bestHeader(
  rows: Iterable<Candidate>,
  wanted: readonly Wanted[],
): BestHeader | undefined {
  let best: BestHeader | undefined;
  for (const candidate of rows) {
    const header = matchHeader(candidate.cells, wanted);
    if (best === undefined || header.found > best.header.found) best = { candidate, header };
    if (header.complete) return best;
  }
  return best;
}

/** Calls back with each row and its first line; keeps none. @throws CsvError */
export function forEachRow(
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
