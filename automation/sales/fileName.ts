// A company's name → the name of its file, which is its permanent id.
import anyAscii from "any-ascii";
import { CUSTOMER_ID, RESERVED_ID } from "../../src/customers/entries";

const LONGEST = 48;

/**
 * A readable file name that is not in use and never was: letters of other scripts are transliterated,
 * the record's id replaces a name without any letter or digit, and a number distinguishes companies of
 * the same name.
 *
 * @param record - the sales system and the record's id in it.
 * @param isTaken - whether a file has the name, or had it.
 * @returns an id without `.yaml`.
 */
export function fileNameFor(
  name: string,
  record: { system: string; id: string },
  isTaken: (id: string) => boolean,
): string {
  const base = slug(name) || slug(`${record.system} ${record.id}`) || "customer";
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? "" : `-${number}`;
    const candidate = `${shortened(base, LONGEST - suffix.length)}${suffix}`;
    const isId = CUSTOMER_ID.test(candidate) && !RESERVED_ID.test(candidate);
    if (isId && !isTaken(candidate)) return candidate;
  }
}

function slug(text: string): string {
  const ascii = anyAscii(text).toLowerCase();
  // `O'Neil` is one word, and so is `A.G.`.
  const words = ascii.replace(/['.]/g, "").replace(/[^a-z0-9]+/g, "-");
  return shortened(words.replace(/^-+/, ""), LONGEST);
}

function shortened(text: string, length: number): string {
  return text.slice(0, length).replace(/-+$/, "");
}
