// Reasons that the script writes into a customer file, beside what they explain.
import { printable } from "../printable";
import { collectionAt } from "../yaml/edits";

/** Longest reason that is kept: it has to fit on one line. */
const REASON_LENGTH = 200;

/** A reason as the text of a comment: one line, nothing invisible. */
export function commentText(reason: string): string {
  return printable(reason.trim().replace(/\s+/g, " "), REASON_LENGTH);
}

/**
 * Adds a comment at the end of the line with a generation of `keys`, after what is already there.
 *
 * @param text - with `keys` written out; without it, or without the generation, it is returned unchanged.
 */
export function commentGeneration(text: string, generation: number, comment: string): string {
  const node = collectionAt(text, "keys")?.node;
  const entry =
    node?.kind === "map" && node.entries.find(({ key }) => key.text === String(generation));
  if (!entry) return text;
  const newline = text.indexOf("\n", entry.value.end);
  const line = (newline < 0 ? text : text.slice(0, newline)).trimEnd();
  return `${line} # ${comment}${text.slice(line.length).replace(/^[ \t]+/, "")}`;
}
