/**
 * Text that somebody else wrote (names, cells of an export, file names), made safe to show in a
 * terminal and in a CI log, where control characters move the cursor, direction characters reorder
 * what is read, and a line that starts with `::` is a command to the runner.
 */

/** Control, direction and other invisible characters, line separators, and halves of a surrogate pair. */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The same without the two joiners, with which Persian and Indic names are written. */
export const INVISIBLE_IN_NAME = new RegExp(`(?![\\u200c\\u200d])${INVISIBLE.source}`, "u");

const UNSAFE = new RegExp(INVISIBLE, "gu");

/** A surrogate pair is one character for the reader; cutting between its halves would leave neither. */
const HALF_AT_END = /[\uD800-\uDBFF]$/;

/**
 * The text on one line: unsafe characters become `\u{…}`, and a leading `::` becomes `\u{3a}:`, also
 * after spaces, because runners trim the line first.
 *
 * @param maxLength longest result in UTF-16 units before the mark `…`; endless when left out
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
 * A wrong value as a problem's message shows it: in double quotes, on one line, cut. Text that may hold a
 * private key is named and never shown, whatever field it was pasted into.
 */
export function quoted(text: string): string {
  if (/PRIVATE KEY|AGE-SECRET-KEY/i.test(text)) return "a private key (not shown)";
  return `"${printable(text, QUOTED_LENGTH)}"`;
}

function escape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
