/**
 * Text from outside (names, cells of an export, file names), made safe to show in a
 * terminal and in a CI log, where control characters move the cursor, direction characters reorder
 * what is read, and a line that starts with `::` is a command to the runner.
 */

/** Control, direction and other invisible characters, line separators, and halves of a surrogate pair. */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The same without the two joiners, with which Persian and Indic names are written. */
export const INVISIBLE_IN_NAME = new RegExp(`(?![\\u200c\\u200d])${INVISIBLE.source}`, "u");

const UNSAFE = new RegExp(INVISIBLE, "gu");

/** A surrogate pair is one character for the reader; a cut between its halves would leave an invalid one. */
const HALF_AT_END = /[\uD800-\uDBFF]$/;

/**
 * Puts a text on one line: unsafe characters become `\u{…}`, and a leading `::` becomes `\u{3a}:`, even
 * after spaces, because CI runners trim the line first.
 *
 * @param maxLength - longest result in UTF-16 units before the mark `…`; unlimited when left out.
 */
export function printable(text: string, maxLength = Infinity): string {
  const cut = text.length > maxLength;
  const kept = cut ? text.slice(0, maxLength).replace(HALF_AT_END, "") : text;
  const safe = kept.replace(UNSAFE, escape).replace(/^(\s*):(?=:)/, "$1\\u{3a}");
  return cut ? `${safe}…` : safe;
}

/** How much of a wrong value a problem shows. */
const QUOTED_LENGTH = 60;

/**
 * Quotes a wrong value for a problem's message: in double quotes, on one line, shortened. Text that may be a
 * private key is described and never shown, whichever field it was pasted into.
 */
export function quoted(text: string): string {
  if (/PRIVATE KEY|AGE-SECRET-KEY/i.test(text)) return "a private key (not shown)";
  return `"${printable(text, QUOTED_LENGTH)}"`;
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
