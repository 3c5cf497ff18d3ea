// The shared texts of a workbook. 100,000 rows may share half a million of them, of which the mapped
// columns need a part: as strings they would take three times the memory.

/** Texts by number, kept as bytes. */
export class TextList {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  /** Where each text begins; the last one: where the next would. */
  #starts = new Uint32Array(1024);
  #count = 0;

  add(text: string): void {
    const start = this.#starts[this.#count] ?? 0;
    // UTF-8 takes up to three bytes for each unit of a string.
    const most = start + 3 * text.length;
    if (most > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * most);
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    if (this.#count + 2 > this.#starts.length) {
      const larger = new Uint32Array(2 * this.#starts.length);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[++this.#count] = start + this.#bytes.write(text, start);
  }

  /** The text of a number; undefined for one that there is not. */
  at(number: number): string | undefined {
    if (!Number.isInteger(number) || number < 0 || number >= this.#count) return undefined;
    return this.#bytes.toString("utf8", this.#starts[number], this.#starts[number + 1]);
  }
}
