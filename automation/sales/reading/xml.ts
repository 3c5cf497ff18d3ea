// XML of a workbook → events. `saxen` parses; what would take too long is refused first, by counting.
import { Parser } from "saxen";

/** Thrown for text that is not well-formed XML, or too large. The message completes "got …". */
export class XmlError extends Error {}

/** Calls back in the order of the text. Names come without their namespace prefix. */
export interface XmlHandlers {
  /** @param attributes - reads the element's attributes, which takes longer than the element. */
  open?: (name: string, attributes: () => Attributes) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}

/** Name with its prefix → value. */
export type Attributes = Readonly<Partial<Record<string, string>>>;

/**
 * The parser takes about 0.2 µs a tag and 0.6 µs an attribute, and more for a tag with very many of
 * them: these bound what a crafted file can cost. A sheet of 100,000 rows and 20 columns has 8
 * million tags' ends and 8 million quotes.
 */
const MOST = { tags: 12_000_000, quotes: 16_000_000, tagLength: 20_000 };

/**
 * Parses a whole document.
 *
 * @param text - as `xmlText` reads it.
 * @param stopped - asked after each element; true ends the parsing there.
 * @throws XmlError
 */
export function parseXml(text: string, handlers: XmlHandlers, stopped?: () => boolean): void {
  const parser = new Parser();
  const { open, close, text: add } = handlers;
  if (open !== undefined) {
    parser.on("openTag", (name, attributes) => {
      open(localName(name), () => withoutEntities(attributes()));
    });
  }
  parser.on("closeTag", (name) => {
    close?.(localName(name));
    if (stopped?.() === true) parser.stop();
  });
  if (add !== undefined) {
    parser.on("text", (raw) => {
      add(withoutEntity(raw));
    });
    parser.on("cdata", add);
  }
  const refuse = () => {
    throw new XmlError("one that is damaged");
  };
  parser.on("error", refuse).on("warn", refuse);
  // A document type, which could declare entities; no program writes one into a workbook.
  parser.on("attention", refuse);
  parser.parse(text);
}

/**
 * The text of a document that can be parsed in a bearable time. The bytes are not needed any more: a sheet
 * is not kept twice.
 *
 * @throws XmlError
 */
export function xmlText(bytes: Uint8Array): string {
  checkSize(bytes);
  const [a, b] = bytes;
  const encoding =
    a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new XmlError("one that is damaged");
  }
}

function localName(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi;
const NAMED: Readonly<Partial<Record<string, string>>> = {
  amp: "&",
  apos: "'",
  gt: ">",
  lt: "<",
  quot: '"',
};

function withoutEntities(attributes: Record<string, string>): Attributes {
  // Called for each cell; a list of the entries would take longer than reading them.
  for (const name in attributes) {
    const value = attributes[name];
    if (value?.includes("&") === true) attributes[name] = withoutEntity(value);
  }
  return attributes;
}

/** saxen's own decoding cuts characters beyond the first plane of Unicode. @throws XmlError */
function withoutEntity(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (_, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) {
      const character = NAMED[name];
      if (character === undefined) throw new XmlError("one that is damaged");
      return character;
    }
    const code = decimal === undefined ? parseInt(hexadecimal ?? "", 16) : Number(decimal);
    if (code > 0x10ffff) throw new XmlError("one that is damaged");
    return String.fromCodePoint(code);
  });
}

const [TAG, TAG_END, QUOTE, APOSTROPHE] = [0x3c, 0x3e, 0x22, 0x27];

function checkSize(bytes: Uint8Array): void {
  let [tags, quotes, start] = [0, 0, -1];
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at];
    if (code === TAG) {
      tags++;
      if (start === -1) start = at;
    } else if (code === QUOTE || code === APOSTROPHE) quotes++;
    else if (code === TAG_END) {
      if (start !== -1 && at - start > MOST.tagLength) break;
      start = -1;
    }
  }
  const isLong = start !== -1 && bytes.length - start > MOST.tagLength;
  if (tags > MOST.tags || quotes > MOST.quotes || isLong) {
    throw new XmlError("one with more cells than an export has");
  }
}
