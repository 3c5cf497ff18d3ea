// The id of a record: it finds the customer's file, so one record must always give one id, and two
// never the same.
import { quoted } from "../../../src/printable";

export type IdKind = "text" | "number" | "salesforce" | "guid";

/** What a customer file may hold as `source.id`. */
const SOURCE_ID = /^[A-Za-z0-9_.:/=+@-]{1,200}$/;

const SHAPES: Readonly<Record<IdKind, RegExp>> = {
  text: SOURCE_ID,
  number: /^[0-9]{1,30}$/,
  salesforce: /^[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?$/i,
  guid: /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i,
};

const EXPECTED: Readonly<Record<IdKind, string>> = {
  text: "an id of letters, digits and _ . : / = + @ -",
  number: "an id of digits",
  salesforce: "a Salesforce id of 15 or 18 letters and digits",
  guid: "a GUID",
};

/** Excel shows numbers of 12 and more digits like this, and saves what it shows. */
const SCIENTIFIC = /^[0-9](?:[.,][0-9]+)?E\+?[0-9]+$/i;

const CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/** An id as it is written into files, or why the cell holds none. */
export type ReadId =
  { id: string; found?: undefined } | { id?: undefined; found: string; fix: string };

/**
 * Reads an id. Salesforce ids become the 18 characters that differ in more than case, whichever
 * form was exported; GUIDs lose their braces and capitals.
 */
export function readId(cell: string, kind: IdKind): ReadId {
  if (SCIENTIFIC.test(cell) && kind !== "salesforce" && (kind !== "text" || /[.,+]/.test(cell))) {
    const fix =
      "Export again and import that file as it is; Excel has cut the ids when it saved this one.";
    return { found: `${quoted(cell)}, a number that Excel has rounded`, fix };
  }
  if (!SHAPES[kind].test(cell)) {
    const fix = "Correct it in the sales system, or map another column as `id`.";
    return { found: quoted(cell), fix };
  }
  if (kind === "guid") return { id: cell.replace(/[{}]/g, "").toLowerCase() };
  if (kind !== "salesforce") return { id: cell };
  const id = cell.slice(0, 15) + salesforceChecksum(cell);
  if (cell.length === 15 || cell.toUpperCase().slice(15) === id.slice(15)) return { id };
  const fix =
    "Export again and import that file as it is; a tool has changed small and capital letters.";
  return { found: `${quoted(cell)}, whose last three characters belong to another id`, fix };
}

/** What a problem says was expected. */
export function expectedId(kind: IdKind): string {
  return EXPECTED[kind];
}

/**
 * The id of a file's `source` in the form of an export's; as it is when it is none of this kind.
 */
export function normalId(id: string, kind: IdKind): string {
  return readId(id, kind).id ?? id;
}

/**
 * Three characters, each the pattern of capitals in five (Salesforce, "15 and 18 character ids").
 */
function salesforceChecksum(id: string): string {
  return [0, 5, 10]
    .map((start) => {
      const bits = Array.from(id.slice(start, start + 5), (one, at) =>
        /[A-Z]/.test(one) ? 1 << at : 0,
      );
      return CHECK_LETTERS[bits.reduce((sum, bit) => sum + bit, 0)];
    })
    .join("");
}
