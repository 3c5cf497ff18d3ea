// A text or an attribute's value, as bytes of the document until it is needed as a string.
import { withoutEntity } from "./xmlEntities";

const [AMPERSAND, BLANK] = [0x26, 0x20];

/** Strings of one character, which values of cells' types have. */
const SHORT = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));

/** A part of a document. The same object stands for one after the other. */
export class XmlText {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  #isVerbatim = false;

  /** @param isVerbatim - an ampersand in it is no more than that. */
  set(bytes: Buffer, start: number, end: number, isVerbatim: boolean): void {
    [this.bytes, this.start, this.end, this.#isVerbatim] = [bytes, start, end, isVerbatim];
  }

  /** Nothing but blanks and line ends. */
  get isBlank(): boolean {
    for (let at = this.start; at < this.end; at++) {
      if ((this.bytes[at] ?? 0) > BLANK) return false;
    }
    return true;
  }

  /** Its bytes are those of the string. */
  get isPlain(): boolean {
    if (this.#isVerbatim) return true;
    for (let at = this.start; at < this.end; at++) if (this.bytes[at] === AMPERSAND) return false;
    return true;
  }

  /** The number that its digits are; NaN when it is anything but up to nine digits. */
  toInteger(): number {
    const length = this.end - this.start;
    if (length === 0 || length > 9) return NaN;
    let number = 0;
    for (let at = this.start; at < this.end; at++) {
      const digit = (this.bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return NaN;
      number = 10 * number + digit;
    }
    return number;
  }

  /** With its entities replaced. @throws XmlError */
  toString(): string {
    if (this.end - this.start === 1) return SHORT[this.bytes[this.start] ?? 0] ?? "";
    const text = this.bytes.toString("utf8", this.start, this.end);
    return this.#isVerbatim ? text : withoutEntity(text);
  }
}
