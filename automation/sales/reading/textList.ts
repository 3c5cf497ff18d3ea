// The shared texts of a workbook. 100,000 rows may share half a million of them, of which the mapped
// columns need a part: as strings they would take three times the memory.
import type { XmlText } from "./xmlText";

/** Texts that many cells share, such as a status, are found among those that were read last. */
const RECENT = 4096;

/** Bytes from which on a call of `copy` is worth it. */
const LONG = 64;

/** Texts by number, kept as bytes. */
export class TextList {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  /** Where each text begins; the last one: where the next does. */
  #starts = new Uint32Array(1024);
  #count = 0;
  #length = 0;
  readonly #recentNumbers = new Int32Array(RECENT).fill(-1);
  readonly #recentTexts = new Array<string>(RECENT).fill("");

  /** Adds a part to the text that the next call of `end` ends. @throws XmlError */
  append(part: XmlText): void {
    if (!part.isPlain) {
      const text = part.toString();
      // UTF-8 takes up to three bytes for each unit of a string.
      this.#reserve(3 * text.length);
      this.#length += this.#bytes.write(text, this.#length);
      return;
    }
    const { bytes, start, end } = part;
    this.#reserve(end - start);
    if (end - start > LONG) this.#length += bytes.copy(this.#bytes, this.#length, start, end);
    else for (let at = start; at < end; at++) this.#bytes[this.#length++] = bytes[at] ?? 0;
  }

  /** Ends a text, which gets the next number. */
  end(): void {
    if (this.#count + 2 > this.#starts.length) {
      const larger = new Uint32Array(2 * this.#starts.length);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[++this.#count] = this.#length;
  }

  /** The text of a number; undefined for one that there is not. */
  at(number: number): string | undefined {
    if (!Number.isInteger(number) || number < 0 || number >= this.#count) return undefined;
    const place = number % RECENT;
    if (this.#recentNumbers[place] === number) return this.#recentTexts[place];
    const text = this.#bytes.toString("utf8", this.#starts[number], this.#starts[number + 1]);
    this.#recentNumbers[place] = number;
    this.#recentTexts[place] = text;
    return text;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
