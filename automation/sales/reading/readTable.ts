// Which kind of file an export is: by its first bytes, never by its name.
import { readCsv } from "./csvTable";
import { type ReadTable, type Wanted } from "./table";
import { readXlsx } from "./xlsxTable";
import { zipNames, ZipError } from "./zip";
import { quoted } from "../../../src/printable";
import { problemIn, type Problem } from "../../../src/problem";

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

/**
 * Reads an export as the table that a mapping asks for. Never rejects.
 *
 * @param file - as the user knows it, for problems.
 * @param encoding - the mapping's.
 */
export async function readTable(
  bytes: Uint8Array,
  wanted: readonly Wanted[],
  file: string,
  encoding?: string,
): Promise<ReadTable> {
  const kind = kindOf(bytes, file);
  if (typeof kind !== "string") return { problems: [kind] };
  return kind === "xlsx" ? readXlsx(bytes, wanted, file) : readCsv(bytes, wanted, file, encoding);
}

/** What the first bytes say; a problem when it is neither text nor a workbook. */
export function kindOf(bytes: Uint8Array, file: string): "csv" | "xlsx" | Problem {
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
function archiveKind(bytes: Uint8Array, file: string): "xlsx" | Problem {
  try {
    const names = zipNames(bytes);
    if (names.includes("xl/workbook.xml")) return "xlsx";
    const list = names.slice(0, 5).map(quoted).join(", ");
    const message = `expected CSV or XLSX, got a ZIP archive with ${list || "nothing"}`;
    return problemIn(file, "export-kind", message, "Unpack it, and import the file inside.");
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const message = `expected an XLSX workbook, got ${error.message}`;
    return problemIn(file, "export-xlsx", message, "Export again, as CSV or XLSX.");
  }
}
