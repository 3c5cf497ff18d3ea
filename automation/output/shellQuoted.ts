/** Characters that are special in no shell. */
const PLAIN = /^[A-Za-z0-9_./:@=+,%-]+$/;

/** A text as one word of a POSIX shell, in single quotes where it needs them. */
export function shellQuoted(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
