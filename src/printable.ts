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

/** Names of Unicode; those of control characters are its aliases. */
const INVISIBLE_NAMES: Readonly<Partial<Record<number, string>>> = {
  0x00: "null",
  0x07: "bell",
  0x08: "backspace",
  0x09: "tab",
  0x0a: "line feed",
  0x0b: "vertical tab",
  0x0c: "form feed",
  0x0d: "carriage return",
  0x1b: "escape",
  0x7f: "delete",
  0x85: "next line",
  0xad: "soft hyphen",
  0x200b: "zero width space",
  0x200e: "left-to-right mark",
  0x200f: "right-to-left mark",
  0x2028: "line separator",
  0x2029: "paragraph separator",
  0x202e: "right-to-left override",
  0x2060: "word joiner",
  0xfeff: "byte order mark",
};

/** `the control character U+0007 (bell)`, `the invisible character U+200B (zero width space)`. */
export function invisibleName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const kind = /\p{Cc}/u.test(character) ? "control" : "invisible";
  const name = INVISIBLE_NAMES[code];
  const number = code.toString(16).toUpperCase().padStart(4, "0");
  return `the ${kind} character U+${number}${name === undefined ? "" : ` (${name})`}`;
}
