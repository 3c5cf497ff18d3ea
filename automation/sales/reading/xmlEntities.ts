// Characters that XML writes as `&…;`.
import { XmlError } from "./xmlError";

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi;
const NAMED: Readonly<Partial<Record<string, string>>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
};

/** Replaces them in a text. @throws XmlError for one that XML itself does not name */
export function withoutEntity(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (_, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) {
      const character = NAMED[name];
      if (character === undefined) throw damaged();
      return character;
    }
    const code = decimal === undefined ? parseInt(hexadecimal ?? "", 16) : Number(decimal);
    if (code > 0x10ffff) throw damaged();
    return String.fromCodePoint(code);
  });
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
}
