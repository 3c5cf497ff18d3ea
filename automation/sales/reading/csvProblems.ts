// Why a text file is not a table with the mapped columns.
import { type Problem, problemIn } from "../../../src/problem";
import type { CsvError } from "csv-parse/sync";
import { propose, yamlLine } from "./proposals";
import type { BestHeader } from "./csvHeader";
import { damagedLine, isDamagedUtf8, lenientUtf8, type Decoding } from "./decoding";
import { missingColumns, noColumns } from "./missingColumns";
import type { ReadOptions } from "./readOptions";
import { type Wanted } from "./table";

/** A quote that is not where CSV has one. */
export function quoteProblem(error: CsvError, bytes: Uint8Array, file: string): Problem {
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

const WEB_PAGE = /^\s*(?:<!--|<!doctype|<\?xml|<(?:html|head|body|meta|style|table|div|script)\b)/i;

/**
 * Why no pair of encoding and delimiter shows all headers.
 *
 * @param best - the row that has most of them, in an encoding that fits all bytes.
 * @param search - looks for the headers in another decoding.
 */
export function noHeader(
  best: BestHeader | undefined,
  search: (decoding: Decoding) => BestHeader | undefined,
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  options: ReadOptions,
): Problem[] {
  const { file } = options;
  let nearest = best;
  if (isDamagedUtf8(bytes)) {
    const damaged = search(lenientUtf8(bytes));
    if (damaged?.header.complete === true) return [damagedUtf8(bytes, options)];
    if ((damaged?.header.found ?? 0) > (best?.header.found ?? 0)) nearest = damaged;
  }
  if (WEB_PAGE.test(nearest?.candidate.decoding.sample ?? "")) {
    const message = "expected a table, got a web page";
    const fix =
      "Export again as CSV or XLSX: this is a login page, or a report saved as Excel's old format.";
    return [problemIn(file, "export-html", message, fix)];
  }
  if (nearest === undefined || nearest.header.found === 0) {
    return [noColumns(nearest?.candidate.cells ?? [], wanted, options)];
  }
  return missingColumns(nearest.header, nearest.candidate, wanted, options);
}

/** The headers are there, and further down a byte that does not belong. */
function damagedUtf8(bytes: Uint8Array, { file, mappingFile }: ReadOptions): Problem {
  const place = { line: damagedLine(bytes), column: 1 };
  const message = "expected text in UTF-8 as in the rest of the file, got a byte that is not";
  const line = {
    line: yamlLine("encoding", "windows-1252"),
    when: "if the file is in that encoding",
  };
  const fix = `Export again: the file is cut off, or two files were joined. ${propose([line], mappingFile)}`;
  return problemIn(file, "export-encoding", message, fix, place);
}
