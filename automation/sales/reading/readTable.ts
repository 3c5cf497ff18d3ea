// Which kind of file an export is: by its first bytes, never by its name.
import { type Problem, problemIn } from "../../../src/problem";
import { quoted } from "../../../src/printable";
import { Archive, ArchiveError } from "./archive";
import { readCsv } from "./csvTable";
import type { ReadOptions } from "./readOptions";
import { type ReadTable, type Wanted } from "./table";
import { readXlsx } from "./xlsxTable";

const OTHER_KINDS: readonly (readonly [signature: readonly number[], name: string, fix: string])[] =
  [
    [
      [0xd0, 0xcf, 0x11, 0xe0],
      "a workbook in Excel's old format or with a password",
      "Open it in Excel and save it as XLSX without a password, or export as CSV.",
    ],
    [[0x1f, 0x8b], "a gzip archive", "Unpack it, and import the file inside."],
    [[0x25, 0x50, 0x44, 0x46], "a PDF", "Export as CSV or XLSX."],
  ];

/** Archives that are spreadsheets of other programs, by a file that each of them has. */
const OTHER_WORKBOOKS: readonly (readonly [entry: string, name: string, program: string])[] = [
  ["xl/workbook.bin", "a binary workbook (.xlsb)", "Excel"],
  ["content.xml", "an OpenDocument spreadsheet (.ods)", "LibreOffice or Excel"],
  ["Index/Document.iwa", "a Numbers spreadsheet", "Numbers"],
];

/** Reads an export as the table that a mapping asks for. Never rejects. */
export async function readTable(
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  options: ReadOptions,
): Promise<ReadTable> {
  const kind = await kindOf(bytes, options.file);
  if (typeof kind !== "string") return { problems: [kind] };
  return kind === "xlsx" ? readXlsx(bytes, wanted, options) : readCsv(bytes, wanted, options);
}

/** What the first bytes say; a problem when it is neither text nor a workbook. */
export async function kindOf(bytes: Uint8Array, file: string): Promise<"csv" | "xlsx" | Problem> {
  const startsWith = (signature: readonly number[]) =>
    signature.every((byte, at) => bytes[at] === byte);
  if (bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))) {
    const message = "expected a table with a header, got an empty file";
    return problemIn(file, "export-empty", message, "Export again: nothing was written.");
  }
  for (const [signature, name, fix] of OTHER_KINDS) {
    if (startsWith(signature)) {
      return problemIn(file, "export-kind", `expected CSV or XLSX, got ${name}`, fix);
    }
  }
  return startsWith([0x50, 0x4b, 0x03, 0x04]) ? archiveKind(bytes, file) : "csv";
}

/** An XLSX file is a ZIP archive; several systems pack their CSV files into one as well. */
async function archiveKind(bytes: Uint8Array, file: string): Promise<"xlsx" | Problem> {
  try {
    const { names } = await Archive.open(bytes, 0);
    if (names.includes("xl/workbook.xml")) return "xlsx";
    const other = OTHER_WORKBOOKS.find(([entry]) => names.includes(entry));
    if (other !== undefined) {
      const message = `expected CSV or XLSX, got ${other[1]}`;
      const fix = `Open it in ${other[2]} and save it as .xlsx, or export as CSV.`;
      return problemIn(file, "export-kind", message, fix);
    }
    const list = names.slice(0, 5).map(quoted).join(", ");
    const message = `expected CSV or XLSX, got a ZIP archive with ${list || "nothing"}`;
    return problemIn(file, "export-kind", message, "Unpack it, and import the file inside.");
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    const message = `expected an XLSX workbook, got ${error.message}`;
    return problemIn(file, "export-xlsx", message, "Export again, as CSV or XLSX.");
  }
}
