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

/**
 * The one JSON document of a run. Several results become one object; a text that is no JSON object, which is
 * a bug, does not make the document invalid.
 *
 * @param results - what was printed, in that order.
 * @param failure - why the run failed, if it did.
 */
export function oneDocument(results: readonly string[], failure: object = {}): string {
  const objects = results.map((text) => {
    const value = parsedJson(text);
    return typeof value === "object" && value !== null ? value : { output: text };
  });
  return toJson(Object.assign({}, ...objects, failure));
}

/** The value of a JSON text; undefined if it is not valid JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
