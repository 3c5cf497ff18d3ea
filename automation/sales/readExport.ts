// An export and a mapping → one record for each customer. Reads the file, writes none.
import { relative } from "node:path";
import { printable } from "../../src/printable";
import type { Problem } from "../../src/problem";
import type { ExportedId } from "./idForms";
import type { Mapping } from "./mapping/mapping";
import { readBytes } from "./reading/readBytes";
import { readTable } from "./reading/readTable";
import { wantedColumns } from "./records/cells";
import { mergeDuplicates, type MergedRecord } from "./records/duplicates";
import { readRecords, type ReadContext, type ReadRecords } from "./records/records";

/** What an export says. */
export interface ExportSource {
  /** As the user knows it. */
  file: string;
  /** How it was read, and what to know about that. */
  how: string;
  notes: readonly string[];
  counts: ReadRecords["counts"];
  /** Merged, in order of the ids. */
  records: readonly MergedRecord[];
  /** Ids whose rows are all ignored. */
  ignoredIds: ReadonlySet<string>;
  /** Every id of a row that counts, with the line of the first one. */
  exportedIds: readonly ExportedId[];
}

/** Either what an export says or all that is wrong with it. */
export type ReadExport =
  { source: ExportSource; problems: readonly [] } | { source?: undefined; problems: Problem[] };

/** Reads an export by a mapping. Nothing in it makes this reject. */
export async function readExport(
  path: string,
  mapping: Mapping,
  context: Omit<ReadContext, "file">,
): Promise<ReadExport> {
  const file = printable(relative(process.cwd(), path) || path);
  const bytes = readBytes(path, file);
  return bytes instanceof Uint8Array
    ? readExportBytes(bytes, mapping, { ...context, file })
    : { problems: [bytes] };
}

/** The same for bytes that are read already. */
export async function readExportBytes(
  bytes: Uint8Array,
  mapping: Mapping,
  context: ReadContext,
): Promise<ReadExport> {
  const { file, today } = context;
  const { read, how, notes, problems } = await readRows(bytes, mapping, context);
  if (read === undefined) return { problems };
  const merged = mergeDuplicates(read.records, mapping, file, today);
  const found = [...read.problems, ...merged.problems];
  if (found.length > 0) return { problems: found };
  const source: ExportSource = {
    file,
    how,
    notes: [...notes, ...read.notes],
    counts: read.counts,
    records: merged.records,
    ignoredIds: new Set([...read.ignoredIds, ...merged.ignoredIds]),
    exportedIds: firstOfEach(read.records),
  };
  return { source, problems: [] };
}

/** Rows are in the file's order. */
function firstOfEach(records: readonly ExportedId[]): ExportedId[] {
  const lines = new Map<string, number>();
  for (const { id, line } of records) if (!lines.has(id)) lines.set(id, line);
  return Array.from(lines, ([id, line]) => ({ id, line }));
}

/** The records of all rows. The table is gone afterwards: it takes as much memory as all that follows. */
async function readRows(bytes: Uint8Array, mapping: Mapping, context: ReadContext) {
  const { encoding, sheet, file: mappingFile } = mapping;
  const options = { file: context.file, mappingFile, encoding, sheet };
  const { table, problems } = await readTable(bytes, wantedColumns(mapping), options);
  if (table === undefined) return { problems };
  const { how, notes } = table;
  return { read: readRecords(table, mapping, context), how, notes, problems };
}
