import { INVISIBLE } from "../../src/printable";

/** JSON allows these characters, and a terminal obeys some of them. */
const UNSAFE = new RegExp(INVISIBLE, "gu");

/** A value as JSON that may also be shown on a terminal: nothing in it moves the cursor. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(UNSAFE, (character) =>
    // Line ends between the parts are JSON's own; those inside strings are already escaped.
    character === "\n" ? character : escape(character),
  );
}

function escape(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** A value as JSON with sorted keys: equal for equal values. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
