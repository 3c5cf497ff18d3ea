import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

/** How often live output is read. */
const PAUSE_MILLISECONDS = 200;

/**
 * The output of a process, in a file without a name. With a pipe, the process would be killed by its next
 * write once this process is gone, whatever it was doing (SIGPIPE, which Go programs such as the engine do not
 * survive on standard output). The file is deleted at once and disappears when it is closed.
 */
export class OutputFile {
  /** For the process that writes. */
  readonly descriptor: number;
  readonly #decoder = new StringDecoder("utf8");
  readonly #listener: ((text: string) => void) | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  #position = 0;
  #text = "";

  /**
   * @param listener - is called with new output while it is written.
   * @throws as node:fs does, e.g. when the disk of temporary files is full or read-only.
   */
  constructor(listener?: (text: string) => void) {
    const path = join(tmpdir(), `ecr-customers-output-${randomUUID()}`);
    this.descriptor = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    this.#listener = listener;
    if (listener !== undefined) {
      this.#timer = setInterval(() => {
        this.#read();
      }, PAUSE_MILLISECONDS);
    }
  }

  /** Closes the file. @returns everything that was written. */
  close(): string {
    clearInterval(this.#timer);
    this.#read();
    closeSync(this.descriptor);
    return this.#text;
  }

  #read(): void {
    const buffer = Buffer.alloc(fstatSync(this.descriptor).size - this.#position);
    // At a position of its own: the writer's position in the file is shared.
    const length = readSync(this.descriptor, buffer, 0, buffer.length, this.#position);
    if (length === 0) return;
    this.#position += length;
    const text = this.#decoder.write(buffer.subarray(0, length));
    this.#text += text;
    this.#listener?.(text);
  }
}
