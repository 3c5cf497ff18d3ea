// The opening tag of an element: where its attributes are.
import { XmlError } from "./xmlError";
import { XmlText } from "./xmlText";

const [TAB, LINE_FEED, RETURN, BLANK] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, APOSTROPHE, SLASH, LESS, EQUALS, GREATER] = [0x22, 0x27, 0x2f, 0x3c, 0x3d, 0x3e];

/** Whether a byte is no part of a name. */
const ENDS_NAME = Uint8Array.from({ length: 256 }, (_, byte) =>
  [TAB, LINE_FEED, RETURN, BLANK, QUOTE, APOSTROPHE, SLASH, LESS, EQUALS, GREATER].includes(byte)
    ? 1
    : 0,
);

/** More bytes are needed. */
const CUT = -1;

/** The root of a sheet, which declares namespaces, has the most: about fifteen. */
const MOST_ATTRIBUTES = 64;

/** Finds the attributes of one tag after the other. */
export class XmlTag {
  /** The tag closes its element, too. */
  isEmpty = false;
  /** Where the element's name ends. */
  nameEnd = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #count = 0;
  /** For each attribute, where its name and value begin and end. */
  readonly #places = new Int32Array(4 * MOST_ATTRIBUTES);
  /** A bit for each attribute by its name; those whose bit is set may be there twice. */
  #bits = 0;
  readonly #value = new XmlText();

  /** @param most - bytes of a tag. */
  constructor(private readonly most: number) {}

  /**
   * Reads the tag that begins at `start`.
   *
   * @returns the place behind it; -1 when it does not end in these bytes.
   * @throws XmlError
   */
  read(bytes: Buffer, start: number): number {
    const limit = Math.min(bytes.length, start + this.most);
    const end = this.#read(bytes, start + 1, limit);
    if (end === CUT && limit < bytes.length) throw tooLarge();
    return end;
  }

  /** An attribute's value, valid until the next call; undefined without it. */
  attribute(name: string): XmlText | undefined {
    for (let at = 0; at < this.#count; at += 4) {
      if (!this.#isNamed(name, at)) continue;
      this.#value.set(this.#bytes, this.#places[at + 2] ?? 0, this.#places[at + 3] ?? 0, false);
      return this.#value;
    }
    return undefined;
  }

  /** An attribute's value as a string. @throws XmlError */
  get(name: string): string | undefined {
    return this.attribute(name)?.toString();
  }

  /** Names of all attributes, as the document has them. */
  get names(): string[] {
    return Array.from({ length: this.#count / 4 }, (_, one) =>
      this.#bytes.toString("utf8", this.#places[4 * one], this.#places[4 * one + 1]),
    );
  }

  #read(bytes: Buffer, from: number, limit: number): number {
    this.#bytes = bytes;
    [this.#count, this.#bits] = [0, 0];
    let at = nameEnd(bytes, from, limit);
    this.nameEnd = at;
    for (;;) {
      const end = at;
      while (isBlank(bytes[at]) && at < limit) at++;
      if (at >= limit) return CUT;
      const byte = bytes[at];
      this.isEmpty = byte === SLASH;
      if (byte === GREATER) return at + 1;
      if (byte === SLASH) {
        if (at + 1 >= limit) return CUT;
        if (bytes[at + 1] !== GREATER) throw damaged();
        return at + 2;
      }
      // Blanks separate attributes.
      if (at === end) throw damaged();
      at = this.#readAttribute(bytes, at, limit);
      if (at === CUT) return CUT;
    }
  }

  #readAttribute(bytes: Buffer, start: number, limit: number): number {
    const end = nameEnd(bytes, start, limit);
    let at = end;
    while (isBlank(bytes[at]) && at < limit) at++;
    if (at >= limit) return CUT;
    if (bytes[at++] !== EQUALS) throw damaged();
    while (isBlank(bytes[at]) && at < limit) at++;
    if (at >= limit) return CUT;
    const quote = bytes[at++];
    if (quote !== QUOTE && quote !== APOSTROPHE) throw damaged();
    const value = at;
    while (at < limit && bytes[at] !== quote) if (bytes[at++] === LESS) throw damaged();
    if (at >= limit) return CUT;
    this.#checkName(start, end);
    const places = this.#places;
    [places[this.#count], places[this.#count + 1]] = [start, end];
    [places[this.#count + 2], places[this.#count + 3]] = [value, at];
    this.#count += 4;
    return at + 1;
  }

  /** @throws XmlError for an attribute that is there already, or one too many. */
  #checkName(start: number, end: number): void {
    const bytes = this.#bytes;
    const bit = 1 << (((bytes[start] ?? 0) + 7 * (bytes[end - 1] ?? 0) + end - start) & 31);
    for (let at = 0; (this.#bits & bit) !== 0 && at < this.#count; at += 4) {
      const [from = 0, to = 0] = [this.#places[at], this.#places[at + 1]];
      const isSame = to - from === end - start && bytes.compare(bytes, from, to, start, end) === 0;
      if (isSame) throw damaged();
    }
    this.#bits |= bit;
    if (this.#count === this.#places.length) throw tooLarge();
  }

  #isNamed(name: string, at: number): boolean {
    const start = this.#places[at] ?? 0;
    if ((this.#places[at + 1] ?? 0) - start !== name.length) return false;
    for (let letter = 0; letter < name.length; letter++) {
      if (this.#bytes[start + letter] !== name.charCodeAt(letter)) return false;
    }
    return true;
  }
}

/** @throws XmlError for a name of no characters. */
function nameEnd(bytes: Buffer, start: number, limit: number): number {
  let at = start;
  while (at < limit && ENDS_NAME[bytes[at] ?? 0] === 0) at++;
  if (at === start && at < limit) throw damaged();
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === BLANK || byte === LINE_FEED || byte === RETURN || byte === TAB;
}

function tooLarge(): XmlError {
  return new XmlError("one with more cells than an export has");
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
}
