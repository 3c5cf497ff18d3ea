// CSV → a table.
import { problemIn } from "../../../src/problem";
import type { CsvError } from "csv-parse/sync";
import {
  bestHeader,
  candidates,
  candidatesIn,
  DELIMITERS,
  forEachRow,
  type BestHeader,
} from "./csvHeader";
import { noHeader, quoteProblem } from "./csvProblems";
import type { Decoding } from "./decoding";
import type { ReadOptions } from "./readOptions";
import { type ReadTable, type Wanted } from "./table";
import { TableBuilder } from "./tableBuilder";

/** Reads a CSV file. */
export function readCsv(
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  options: ReadOptions,
): ReadTable {
  const best = bestHeader(candidates(bytes, options.encoding), wanted);
  if (best?.header.complete === true) return readRows(best, options.file);
  const search = (decoding: Decoding) => bestHeader(candidatesIn(decoding), wanted);
  return { problems: noHeader(best, search, bytes, wanted, options) };
}

function readRows({ candidate, header }: BestHeader, file: string): ReadTable {
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
  const builder = new TableBuilder({ cells, places: header.places });
  // A spreadsheet reads this line as the delimiter's name and shows it as no row.
  let row = decoding.sample.startsWith("sep=") ? -1 : 0;
  let length = 0;
  try {
    forEachRow(bytes, delimiter, Infinity, (line, cells) => {
      row++;
      length = cells.length;
      if (line > headerLine) builder.add({ line, row, cells });
    });
  } catch (error) {
    return { problems: [quoteProblem(error as CsvError, bytes, file)] };
  }
  const note = `read as ${decoding.encoding}, because neither the file nor the mapping names an encoding: if names look wrong, write \`encoding\` in the mapping`;
  const notes = decoding.assumed === true ? [note] : [];
  const how = `CSV, ${decoding.encoding}, ${DELIMITERS.get(delimiter)}`;
  const open = bytes.at(-1) === LINE_FEED ? {} : { openColumn: length };
  const table = builder.table({ how, notes, isWorkbook: false, firstYear: 1900, ...open });
  return { table, problems: [] };
}

const LINE_FEED = 0x0a;
