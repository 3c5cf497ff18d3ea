// A cell of an export as text that we can keep: on one line, in Unicode form NFC, without invisible
// characters.
import { INVISIBLE_IN_NAME } from "../../../src/printable";

const PLAIN = /^(?!=")[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const BLANK = /[\p{Z}\p{Cc}]+/gu;
const UNSEEN = new RegExp(INVISIBLE_IN_NAME, "gu");
/** How programs make Excel take digits for text: `="0012"`. */
const TEXT_FORMULA = /^="([^"]*)"$/;

/**
 * The text as a reader sees it: line ends and runs of blanks are one blank, invisible characters
 * are gone, and a formula that is nothing but a text is that text.
 */
export function cleanText(cell: string): string {
  if (PLAIN.test(cell)) return cell;
  const plain = cell.replace(BLANK, " ").replace(UNSEEN, "").normalize("NFC").trim();
  return plain.replace(TEXT_FORMULA, "$1").trim();
}

/** Equal for headers and values that mean the same: case and blanks do not count. */
export function fold(text: string): string {
  return cleanText(text).toLowerCase();
}
