// The id of a record: it finds the customer's file, so one record must always give one id, and two
// never the same.
import { quoted } from "../../../src/printable";

export type IdKind = "text" | "number" | "salesforce" | "guid";

/** What a mapping says about ids besides their kind. */
export interface IdForm {
  prefix?: string;
  /** Ids of digits get zeros in front up to this many. */
  digits?: number;
  /** What separates groups of three digits. */
  grouping?: string;
  case?: "exact" | "ignore";
  zeros?: "exact";
}

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

/** Excel shows numbers of 12 or more digits like this, and saves what it shows. */
const SCIENTIFIC = /^[0-9](?:[.,][0-9]+)?E\+?[0-9]+$/i;

/** Digits in groups of three, as spreadsheets show numbers in several countries. */
const GROUPED = /^[0-9]{1,3}(?:([,.'’ ])[0-9]{3})(?:\1[0-9]{3})*$/;

const CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/**
 * What programs write where there is no value: of JSON, SQL, Python and others, dashes, and the empty
 * GUID and Salesforce id. Rows with it belong to no one in particular, so they are not one customer's.
 */
const NO_ID =
  /^(?:[(<[{]?(?:null|nil|none|nan|undefined)[)>\]}]?|n\/a|n\.a\.|\\n|[-–—?.]+|0{15}(?:AAA)?|\{?0{8}(?:-0{4}){3}-0{12}\}?)$/i;

/** Whether an id's cell is blank or holds what stands for no id. */
export function isNoId(cell: string): boolean {
  return cell === "" || NO_ID.test(cell);
}

/** An id as it is written into files, or why the cell holds none. */
export type ReadId =
  | { id: string; found?: undefined }
  /** `form`: with it in the mapping the cell holds an id. */
  | { id?: undefined; found: string; fix: string; form?: IdForm };

/**
 * Reads an id. Salesforce ids become the 18 characters that differ in more than case, whichever
 * form was exported; GUIDs lose their braces and capitals.
 */
export function readId(text: string, kind: IdKind, form: IdForm = {}): ReadId {
  const cell = ungrouped(text, form.grouping);
  if (SCIENTIFIC.test(cell) && kind !== "salesforce" && (kind !== "text" || /[.,+]/.test(cell))) {
    const fix =
      "Export again and import that file as it is; Excel has cut the ids when it saved this one.";
    return { found: `${quoted(cell)}, a number that Excel has rounded`, fix };
  }
  if (!SHAPES[kind].test(cell)) return unshaped(cell, kind);
  if (form.prefix !== undefined && !cell.startsWith(form.prefix)) {
    const fix = "Map the column with the customer's own id, and add it to the export.";
    return { found: `${quoted(cell)}, which does not begin with ${quoted(form.prefix)}`, fix };
  }
  if (kind === "guid") return { id: cell.replace(/[{}]/g, "").toLowerCase() };
  if (kind !== "salesforce") return { id: plainId(cell, form) };
  const id = cell.slice(0, 15) + salesforceChecksum(cell);
  if (cell.length === 15 || cell.toUpperCase().slice(15) === id.slice(15)) return { id };
  const fix =
    "Export again and import that file as it is; a tool has changed small and capital letters.";
  return { found: `${quoted(cell)}, whose last three characters belong to another id`, fix };
}

function unshaped(cell: string, kind: IdKind): ReadId {
  const [, grouping] = GROUPED.exec(cell) ?? [];
  if (grouping !== undefined && (kind === "number" || kind === "text")) {
    const fix = "Export the ids as text.";
    return { found: `${quoted(cell)}, a number in groups`, fix, form: { grouping } };
  }
  const fix = "Correct it in the sales system, or map another column as `id`.";
  return { found: quoted(cell), fix };
}

function ungrouped(cell: string, grouping: string | undefined): string {
  if (grouping === undefined || GROUPED.exec(cell)?.[1] !== grouping) return cell;
  return cell.replaceAll(grouping, "");
}

function plainId(cell: string, { digits, case: letters }: IdForm): string {
  if (digits !== undefined && /^[0-9]+$/.test(cell)) return cell.padStart(digits, "0");
  return letters === "ignore" ? cell.toLowerCase() : cell;
}

/** What a problem says was expected. */
export function expectedId(kind: IdKind): string {
  return EXPECTED[kind];
}

/**
 * The id of a file's `source` in the form of an export's; unchanged when it is not of this kind.
 */
export function normalId(id: string, kind: IdKind, form: IdForm = {}): string {
  return readId(id, kind, form).id ?? id;
}

/**
 * Equal for ids that spreadsheets and other tools turn into each other: without capitals, leading
 * zeros and groups of digits.
 *
 * @param kind - ids of Salesforce and GUIDs have one form already.
 */
export function looseId(id: string, kind: IdKind): string {
  if (kind === "salesforce" || kind === "guid") return id;
  const plain = GROUPED.test(id) ? id.replace(/[^0-9]/g, "") : id.toLowerCase();
  return /^[0-9]+$/.test(plain) ? plain.replace(/^0+(?=.)/, "") : plain;
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
