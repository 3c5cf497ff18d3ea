// XML in pieces that end behind a closing tag, because `saxen` parses whole texts only.
import { Parser } from "saxen";
import { withoutEntities, withoutEntity } from "./xmlEntities";
import { XmlError } from "./xmlSize";

/** Calls back in the order of the text. Names come without their namespace prefix. */
export interface XmlHandlers {
  /** @param attributes - reads the element's attributes, which takes longer than the element. */
  open?: (name: string, attributes: () => Attributes) => void;
  close?: (name: string) => void;
  text?: (text: string) => void;
}

/** Name with its prefix → value. */
export type Attributes = Readonly<Partial<Record<string, string>>>;

/** Most characters without a place to divide them; a row of 16,384 columns, or all merged cells, have fewer. */
const MAX_PIECE = 32 * 1024 * 1024;

/** Collects text up to a closing tag, and has it parsed inside of the elements that are open there. */
export class PieceParser {
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
