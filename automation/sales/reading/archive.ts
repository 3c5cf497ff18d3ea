// A ZIP archive, which is what an XLSX file is. `yauzl` reads the format; the limits are ours, because
// an archive of 10 MB can name any size and inflate to any other.
import { crc32 } from "node:zlib";
import { fromBufferPromise, type Entry, type ZipFile } from "yauzl";

/** Thrown when the bytes are not a readable archive; the message completes "got …". */
export class ArchiveError extends Error {}

/** A workbook has a few dozen entries. */
const MAX_ENTRIES = 10_000;

/** Unpacks entries of an archive, together up to a number of bytes. */
export class Archive {
  readonly #entries: ReadonlyMap<string, Entry>;
  /** Bytes of each entry that was unpacked; read again, it does not count twice. */
  readonly #unpacked = new Map<string, number>();
  #left: number;

  private constructor(
    private readonly file: ZipFile,
    entries: ReadonlyMap<string, Entry>,
    private readonly maxBytes: number,
  ) {
    this.#entries = entries;
    this.#left = maxBytes;
  }

  /**
   * Reads the table of contents and inflates nothing.
   *
   * @param maxBytes - most that all entries together may be unpacked to.
   * @throws ArchiveError
   */
  static async open(bytes: Uint8Array, maxBytes: number): Promise<Archive> {
    const entries = new Map<string, Entry>();
    try {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      // Sizes are compared here, after the CRC: an archive that names a wrong size is damaged.
      const file = await fromBufferPromise(buffer, {
        lazyEntries: true,
        validateEntrySizes: false,
      });
      if (file.entryCount > MAX_ENTRIES) {
        throw new ArchiveError(`an archive of more than ${MAX_ENTRIES} files`);
      }
      for await (const entry of file.eachEntry()) entries.set(entry.fileName, entry);
      return new Archive(file, entries, maxBytes);
    } catch (error) {
      if (error instanceof ArchiveError) throw error;
      const isCut = /End of central directory record signature not found/.test(String(error));
      throw new ArchiveError(isCut ? "an archive that is cut off" : "a damaged archive");
    }
  }

  /** Names of all entries. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** Whether there is an entry of that name. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * Unpacks an entry piece by piece, as often as it is called: whoever reads an entry twice need not
   * keep it. Only a reader that takes all pieces knows that the entry is not damaged.
   *
   * @throws ArchiveError when there is none of that name, or it is damaged, encrypted, or unpacks to too much.
   */
  async *unpack(name: string): AsyncGenerator<Uint8Array, void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new ArchiveError("a damaged archive");
    if (entry.isEncrypted()) throw new ArchiveError("a file with a password");
    const left = this.#left + (this.#unpacked.get(name) ?? 0);
    // An entry that names a larger size than is left is refused before anything is unpacked.
    if (entry.uncompressedSize > left) throw this.#tooLarge();
    let [size, checksum] = [0, 0];
    for await (const chunk of this.#chunks(entry)) {
      size += chunk.length;
      if (size > left) throw this.#tooLarge();
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (size !== entry.uncompressedSize || checksum !== entry.crc32) {
      throw new ArchiveError("a damaged archive");
    }
    this.#left = left - size;
    this.#unpacked.set(name, size);
  }

  async *#chunks(entry: Entry): AsyncGenerator<Uint8Array, void> {
    try {
      yield* (await this.file.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>;
    } catch {
      throw new ArchiveError("a damaged archive");
    }
  }

  #tooLarge(): ArchiveError {
    return new ArchiveError(
      `one that unpacks to more than ${Math.round(this.maxBytes / 1024 / 1024)} MiB`,
    );
  }
}
