// A company's name → the name of its file, which is its id for ever.
import anyAscii from "any-ascii";
import { CUSTOMER_ID, RESERVED_ID } from "../../src/customers/load";

const LONGEST = 48;

/**
 * A readable file name that nobody has and nobody had: letters of other scripts are transliterated,
 * a name without any letter or digit gives way to the record's id, and a number tells companies of
 * one name apart.
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
