// Names of elements, of which a document repeats a few millions of times.

/** A name as the document has it, and without its namespace prefix. */
export interface XmlName {
  bytes: Uint8Array;
  local: string;
}

/** Makes the string of each name once. */
export class XmlNames {
  /** By a number that names seldom share; of those that share it the last one. */
  readonly #known: (XmlName | undefined)[] = new Array<XmlName | undefined>(256).fill(undefined);

  of(bytes: Buffer, start: number, end: number): XmlName {
    const place = ((bytes[start] ?? 0) * 31 + (bytes[end - 1] ?? 0) * 7 + (end - start)) & 0xff;
    const known = this.#known[place];
    if (known !== undefined && isSame(known.bytes, bytes, start, end)) return known;
    const text = bytes.toString("utf8", start, end);
    const local = text.slice(text.indexOf(":") + 1);
    const name = { bytes: Uint8Array.from(bytes.subarray(start, end)), local };
    this.#known[place] = name;
    return name;
  }
}

function isSame(name: Uint8Array, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at++) if (name[at] !== bytes[start + at]) return false;
  return true;
}
