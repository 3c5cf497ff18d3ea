// A cell of an export as text that we can keep: on one line, in Unicode form NFC, without what
// nobody sees.
import { INVISIBLE_IN_NAME } from "../../../src/printable";

const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const BLANK = /[\p{Z}\p{Cc}]+/gu;
const UNSEEN = new RegExp(INVISIBLE_IN_NAME, "gu");

/**
 * The text as a reader sees it: line ends and runs of blanks are one blank, invisible characters
 * are gone.
 */
export function cleanText(cell: string): string {
  if (PLAIN.test(cell)) return cell;
  return cell.replace(BLANK, " ").replace(UNSEEN, "").normalize("NFC").trim();
}

/** Equal for headers and values that mean the same: case and blanks do not count. */
export function fold(text: string): string {
  return cleanText(text).toLowerCase();
}

/** What Excel writes where it has no value, also `######` for a column that is too narrow. */
const EXCEL_ERROR = /^#(?:N\/A|REF!|NAME\?|VALUE!|DIV\/0!|NULL!|NUM!|SPILL!|CALC!|#+)$/;

/** A character that an earlier program could not read (Unicode, "replacement character"). */
const REPLACEMENT = "\ufffd";

/** What is wrong with a cell whatever it should hold; undefined when nothing is. */
export function damageOf(cell: string): string | undefined {
  if (EXCEL_ERROR.test(cell)) return "an error of Excel";
  return cell.includes(REPLACEMENT) ? "a character that was lost in another encoding" : undefined;
}
