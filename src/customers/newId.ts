import { CUSTOMER_ID, RESERVED_ID } from "./entries";

const LONGEST = 48;

/**
 * An id for a new customer file: the text without what no id may hold, shortened, with a number behind it when
 * another has it.
 *
 * @param isTaken - whether a file has the id, or had it.
 */
export function newId(text: string, isTaken: (id: string) => boolean): string {
  const base = idPart(text) || "customer";
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : `-${number}`;
    const candidate = `${shortened(base, LONGEST - suffix.length)}${suffix}`;
    const isId = CUSTOMER_ID.test(candidate) && !RESERVED_ID.test(candidate);
    if (isId && !isTaken(candidate)) return candidate;
  }
}

/** The small letters and digits of a text, with hyphens for the rest; empty when there are none. */
export function idPart(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return shortened(words.replace(/^-+/, ""), LONGEST);
}

function shortened(text: string, length: number): string {
  return text.slice(0, length).replace(/-+$/, "");
}
