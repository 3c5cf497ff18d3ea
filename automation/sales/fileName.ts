// A company's name → the name of its file, which is its permanent id.
import anyAscii from "any-ascii";
import { idPart, newId } from "../../src/customers/newId";

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
  const base = [name, `${record.system} ${record.id}`].map(inAscii).find((text) => idPart(text));
  return newId(base ?? "", isTaken);
}

function inAscii(text: string): string {
  // `O'Neil` is one word, and so is `A.G.`.
  return anyAscii(text).replace(/['.]/g, "");
}
