import { INVISIBLE } from "../../src/printable";

/** JSON allows these characters, and a terminal obeys some of them. */
const UNSAFE = new RegExp(INVISIBLE, "gu");

/** A value as JSON for a machine that a person may also see: nothing in it moves a cursor. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(UNSAFE, (character) =>
    // The line ends between the parts are ours; those inside of texts JSON has escaped already.
    character === "\n" ? character : escape(character),
  );
}

function escape(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** A value as one text, with the keys of its objects sorted: equal for values that mean the same. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
