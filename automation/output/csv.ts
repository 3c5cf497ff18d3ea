import { printable } from "../../src/printable";

/** What a spreadsheet reads as the start of a formula (CWE-1236, OWASP "CSV Injection"). */
const FORMULA = /^[\s]*[=+\-@\t\r\u0000\uff1d\uff0b\uff0d\uff20]/;

/**
 * Rows as CSV (RFC 4180, but lines end with LF, as with other command-line tools). A cell that a spreadsheet would run as a
 * formula gets an apostrophe in front: quotes alone do not prevent that.
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(cell).join(",")).join("\n");
}

function cell(text: string): string {
  const safe = printable(text);
  const guarded = FORMULA.test(text) || FORMULA.test(safe) ? `'${safe}` : safe;
  return /[",\s']/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
