// XML → events, from bytes as they are unpacked. A workbook of 100,000 rows has millions of elements and
// attributes of which hardly any is needed as a string, so names are compared, and values kept, as bytes: a
// parser of strings takes three times as long. What is not well-formed is refused, and so are document
// types, which could declare entities; no program writes one into a workbook.
import { XmlError } from "./xmlError";
import { XmlNames, type XmlName } from "./xmlNames";
import { XmlTag } from "./xmlTag";
import { XmlText } from "./xmlText";

/** Calls back in the order of the text. Names come without their namespace prefix. */
export interface XmlHandlers {
  /** @param tag - the element's attributes; valid during the call. */
  open?: (name: string, tag: XmlTag) => void;
  close?: (name: string) => void;
  /** @param text - a part of the element's text; valid during the call. */
  text?: (text: XmlText) => void;
}

/**
 * What bounds the work that a crafted document can make. A sheet of 100,000 rows and 20 columns has 8
 * million tags, closing ones included. A cell holds 32,767 characters, each of which may be written as `&#x1f600;`.
 */
const MOST = { tags: 12_000_000, tagLength: 20_000, textLength: 400_000, depth: 256 };

const [LESS, GREATER, SLASH, BANG, QUESTION] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f];
/** More bytes are needed. */
const CUT = -1;

const COMMENT = Buffer.from("<!--");
const CHARACTERS = Buffer.from("<![CDATA[");
const ENDS = {
  comment: Buffer.from("-->"),
  characters: Buffer.from("]]>"),
  instruction: Buffer.from("?>"),
};

/** Reads a document that is given piece by piece. */
export class XmlScanner {
  /** Open elements, the outermost first. */
  readonly #open: XmlName[] = [];
  readonly #names = new XmlNames();
  readonly #tag = new XmlTag(MOST.tagLength);
  readonly #text = new XmlText();
  #tags = 0;
  #hasRoot = false;

  constructor(
    private readonly handlers: XmlHandlers,
    private readonly stopped: () => boolean,
  ) {}

  /**
   * Reads all tags and texts that end in these bytes.
   *
   * @param bytes - in UTF-8, from where the last call ended.
   * @param isEnd - no more follow.
   * @returns how many bytes were read; the others are to be given again, with more.
   * @throws XmlError
   */
  scan(bytes: Buffer, isEnd: boolean): number {
    let at = 0;
    while (at < bytes.length && !this.stopped()) {
      const next = bytes[at] === LESS ? this.#markup(bytes, at) : this.#words(bytes, at, isEnd);
      if (next === CUT) {
        const isLong = bytes.length - at > MOST.textLength;
        if (isLong) throw tooLarge();
        if (isEnd) throw damaged();
        break;
      }
      at = next;
    }
    if (isEnd && !this.stopped() && (this.#open.length > 0 || !this.#hasRoot)) throw damaged();
    return at;
  }

  #words(bytes: Buffer, start: number, isEnd: boolean): number {
    let end = start;
    while (end < bytes.length && bytes[end] !== LESS) end++;
    if (end === bytes.length && !isEnd) return CUT;
    if (end - start > MOST.textLength) throw tooLarge();
    this.#give(bytes, start, end, false);
    return end;
  }

  #give(bytes: Buffer, start: number, end: number, isVerbatim: boolean): void {
    this.#text.set(bytes, start, end, isVerbatim);
    if (this.#open.length > 0) this.handlers.text?.(this.#text);
    else if (isVerbatim || !this.#text.isBlank) throw damaged();
  }

  #markup(bytes: Buffer, start: number): number {
    if (++this.#tags > MOST.tags) throw tooLarge();
    const second = bytes[start + 1];
    if (second === SLASH) return this.#closing(bytes, start);
    if (second === QUESTION) return endOf(bytes, start, start + 2, ENDS.instruction);
    if (second === BANG) return this.#declaration(bytes, start);
    return this.#opening(bytes, start);
  }

  #declaration(bytes: Buffer, start: number): number {
    if (startsWith(bytes, start, COMMENT)) return endOf(bytes, start, start + 4, ENDS.comment);
    if (startsWith(bytes, start, CHARACTERS)) {
      const from = start + CHARACTERS.length;
      const end = endOf(bytes, start, from, ENDS.characters);
      if (end !== CUT) this.#give(bytes, from, end - ENDS.characters.length, true);
      return end;
    }
    if (bytes.length - start < CHARACTERS.length) return CUT;
    throw damaged();
  }

  #opening(bytes: Buffer, start: number): number {
    const tag = this.#tag;
    const end = tag.read(bytes, start);
    if (end === CUT) return CUT;
    if (this.#open.length === 0) {
      if (this.#hasRoot) throw damaged();
      this.#hasRoot = true;
    }
    const name = this.#names.of(bytes, start + 1, tag.nameEnd);
    this.handlers.open?.(name.local, tag);
    if (tag.isEmpty) this.handlers.close?.(name.local);
    else if (this.#open.push(name) > MOST.depth) throw tooLarge();
    return end;
  }

  #closing(bytes: Buffer, start: number): number {
    const name = this.#open.at(-1);
    let end = start + 2;
    for (const byte of name?.bytes ?? []) {
      if (end === bytes.length) return CUT;
      if (bytes[end++] !== byte) throw damaged();
    }
    while (bytes[end] === 0x20 || bytes[end] === 0x0a || bytes[end] === 0x0d || bytes[end] === 0x09)
      end++;
    if (end - start > MOST.tagLength) throw tooLarge();
    if (end === bytes.length) return CUT;
    if (name === undefined || bytes[end] !== GREATER) throw damaged();
    this.#open.pop();
    this.handlers.close?.(name.local);
    return end + 1;
  }
}

/** Where what begins at `start` ends; CUT when these bytes do not hold the end. */
function endOf(bytes: Buffer, start: number, from: number, mark: Buffer): number {
  const found = bytes.indexOf(mark, from);
  if (found - start > MOST.textLength) throw tooLarge();
  return found === -1 ? CUT : found + mark.length;
}

function startsWith(bytes: Buffer, start: number, mark: Buffer): boolean {
  return bytes.length - start >= mark.length && mark.every((one, at) => bytes[start + at] === one);
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
}

function tooLarge(): XmlError {
  return new XmlError("one with more cells than an export has");
}
