// XML of a workbook → events, while it is unpacked. `saxen` parses whole texts only, so it gets pieces
// that end behind a closing tag. A sheet takes no more memory than a piece of it.
import { Parser } from "saxen";
import { XmlError, XmlSize } from "./xmlSize";

/** Calls back in the order of the text. Names come without their namespace prefix. */
export interface XmlHandlers {
  /** @param attributes - reads the element's attributes, which takes longer than the element. */
  open?: (name: string, attributes: () => Attributes) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}

/** Name with its prefix → value. */
export type Attributes = Readonly<Partial<Record<string, string>>>;

/** Enough that dividing the text takes no time, and few beside 100,000 rows. */
const PIECE = 512 * 1024;

/** Most characters without a place to divide them; a row of 16,384 columns, or all merged cells, have fewer. */
const MAX_PIECE = 32 * 1024 * 1024;

/**
 * Parses a whole document.
 *
 * @param unpack - gives its bytes; called twice, because what would take too long is refused before it is parsed.
 * @param stopped - asked after each element; true ends the parsing there.
 * @param piece - characters that are parsed together at least.
 * @throws XmlError, and what `unpack` throws.
 */
export async function parseXml(
  unpack: () => AsyncIterable<Uint8Array>,
  handlers: XmlHandlers,
  stopped: () => boolean = () => false,
  piece = PIECE,
): Promise<void> {
  const size = new XmlSize();
  for await (const bytes of unpack()) size.add(bytes);
  const parser = new PieceParser(handlers, stopped, piece);
  for await (const text of decoded(unpack())) {
    parser.add(text);
    if (stopped()) return;
  }
  parser.end();
}

/** @throws XmlError */
async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const bytes of chunks) {
      decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
      yield decoder.decode(bytes, { stream: true });
    }
    yield decoder?.decode() ?? "";
  } catch (error) {
    // What a decoder throws; an error of the archive passes.
    if (error instanceof TypeError) throw damaged();
    throw error;
  }
}

function encodingOf([a, b]: Uint8Array): string {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
}

/** Collects text up to a closing tag, and has it parsed inside of the elements that are open there. */
class PieceParser {
  readonly #parser = new Parser();
  readonly #texts: string[] = [];
  #length = 0;
  /** Length at which the text is divided next. */
  #due: number;
  /** Names of open elements as the text has them. */
  readonly #open: string[] = [];
  /** Elements that were open before this piece, which begins with them, and are still to be passed. */
  #repeated = 0;
  #isAtEnd = false;
  #endsWithTag = false;

  constructor(
    handlers: XmlHandlers,
    stopped: () => boolean,
    private readonly piece: number,
  ) {
    this.#due = piece;
    const { open, close, text: add } = handlers;
    let attributes: () => Record<string, string> = () => ({});
    const read = () => withoutEntities(attributes());
    this.#parser.on("openTag", (name, attributesOf) => {
      if (this.#repeated > 0) {
        this.#repeated--;
        return;
      }
      this.#open.push(name);
      this.#endsWithTag = false;
      if (open === undefined) return;
      attributes = attributesOf;
      open(localName(name), read);
    });
    this.#parser.on("closeTag", (name) => {
      this.#open.pop();
      this.#endsWithTag = true;
      close?.(localName(name));
      if (stopped()) this.#parser.stop();
    });
    if (add !== undefined) {
      this.#parser.on("text", (raw) => {
        add(withoutEntity(raw));
      });
      this.#parser.on("cdata", add);
    }
    const refuse = () => {
      throw damaged();
    };
    this.#parser.on("error", ({ message }) => {
      const isDivided = !this.#isAtEnd && this.#endsWithTag && message === "unexpected end of file";
      if (!isDivided) refuse();
    });
    // A document type, which could declare entities; no program writes one into a workbook.
    this.#parser.on("warn", refuse).on("attention", refuse);
  }

  /** @throws XmlError */
  add(text: string): void {
    this.#texts.push(text);
    this.#length += text.length;
    if (this.#length < this.#due) return;
    const whole = this.#take();
    const place = placeToDivide(whole);
    if (place > 0) this.#parse(whole.slice(0, place));
    const rest = whole.slice(place);
    if (rest.length > MAX_PIECE) throw new XmlError("one with more cells than an export has");
    this.#texts.push(rest);
    this.#length = rest.length;
    this.#due = Math.max(this.piece, 2 * rest.length);
  }

  /** @throws XmlError */
  end(): void {
    this.#isAtEnd = true;
    const rest = this.#take();
    if (rest.trim() !== "" || this.#open.length > 0) this.#parse(rest);
  }

  #take(): string {
    return this.#texts.splice(0).join("");
  }

  #parse(text: string): void {
    this.#repeated = this.#open.length;
    this.#endsWithTag = false;
    this.#parser.parse(this.#open.map((name) => `<${name}>`).join("") + text);
  }
}

/** The end of the last closing tag; 0 where none of them is sure to be one. */
function placeToDivide(text: string): number {
  // In comments, character data and instructions a tag is text; a document begins with a declaration.
  const declaration = text.startsWith("<?xml ") ? 0 : -1;
  const isSure = !text.includes("<!") && text.lastIndexOf("<?") === declaration;
  if (!isSure) return 0;
  const end = text.lastIndexOf(">");
  const start = text.lastIndexOf("</", end);
  return start === -1 ? 0 : text.indexOf(">", start) + 1;
}

function localName(name: string): string {
  // Most elements have a name of one letter.
  const colon = name.length < 3 ? -1 : name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
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
      if (character === undefined) throw damaged();
      return character;
    }
    const code = decimal === undefined ? parseInt(hexadecimal ?? "", 16) : Number(decimal);
    if (code > 0x10ffff) throw damaged();
    return String.fromCodePoint(code);
  });
}
