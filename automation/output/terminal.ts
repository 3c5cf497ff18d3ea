import { createInterface } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";
import { printable } from "../../src/printable";

/** What a line means to its reader; colours follow from it. */
export type Tone = "good" | "bad" | "warning" | "quiet" | "strong";

export type LineEnd = "\n" | "\r\n";

/** Why work is interrupted: a signal, Ctrl-C included, or output that is no longer read. */
export type Interrupt = "SIGINT" | "SIGTERM" | "SIGHUP" | "EPIPE";

/** Where a command reads and writes. No command knows of streams, colours or escapes. */
export interface Terminal {
  /** Someone can be asked a question. */
  readonly interactive: boolean;
  /** Progress is one line that is overwritten; elsewhere it is one line after the other. */
  readonly animated: boolean;
  /** Characters in a line of the result; infinite when it goes to a file or a pipe. */
  readonly columns: number;
  /** Milliseconds since anything was last written; before that, since the process started. */
  readonly silence: number;
  /** A part of the result: standard output. @param lineEnd - what a file format demands after each line. */
  print(text: string, tone?: Tone, lineEnd?: LineEnd): void;
  /** Anything about the run: standard error. */
  report(text: string, tone?: Tone): void;
  /** How far the work is: one overwritten line on a terminal, plain lines elsewhere. */
  progress(text: string): void;
  /** A command for GitHub's runner, already escaped. */
  annotate(command: string): void;
  /** Asks a question on one line; the answer is empty if the input ends. */
  ask(question: string): Promise<string>;
  /** A text that goes elsewhere, e.g. into a file, as this terminal would write it. */
  shown(text: string): string;
  /** Calls `listener` at each interruption, instead of ending. @returns what removes it again. */
  onInterrupt(listener: (cause: Interrupt) => void): () => void;
}

type Output = Writable & { isTTY?: boolean; columns?: number };

export interface Streams {
  stdin: Readable & { isTTY?: boolean };
  stdout: Output;
  stderr: Output;
  /** How interruptions arrive. */
  onInterrupt(listener: (cause: Interrupt) => void): () => void;
}

const STYLES = {
  good: "green",
  bad: "red",
  warning: "yellow",
  quiet: "dim",
  strong: "bold",
} as const;

/** Back to the line's start, and erase the line (ECMA-48, "erase in line"). */
const LINE_AGAIN = "\r\u001b[2K";

/**
 * A terminal, a file or a CI log. All text passes through `printable` line by line, so that untrusted
 * text, e.g. in a name, cannot move the cursor or become a command for a CI runner.
 */
export class StreamTerminal implements Terminal {
  readonly #streams: Streams;
  readonly #colours: boolean;
  #progressShown = false;
  /** On the clock of `performance.now()`, which starts with the process. */
  #lastWrite = 0;
  /** Lines that arrived together with the answer to an earlier question, e.g. pasted. */
  readonly #typedAhead: string[] = [];

  /** @param environment - NO_COLOR (no-color.org) and TERM=dumb are honoured. */
  constructor(streams: Streams, environment: Readonly<Record<string, string | undefined>>) {
    this.#streams = streams;
    this.#colours = !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  }

  get interactive(): boolean {
    return this.#streams.stdin.isTTY === true && this.#streams.stderr.isTTY === true;
  }

  get animated(): boolean {
    return this.#streams.stderr.isTTY === true;
  }

  get columns(): number {
    const { isTTY, columns } = this.#streams.stdout;
    return isTTY === true && columns !== undefined ? columns : Infinity;
  }

  get silence(): number {
    return performance.now() - this.#lastWrite;
  }

  print(text: string, tone?: Tone, lineEnd?: LineEnd): void {
    this.#write(this.#streams.stdout, text, tone, lineEnd);
  }

  report(text: string, tone?: Tone): void {
    this.#write(this.#streams.stderr, text, tone);
  }

  progress(text: string): void {
    const { stderr } = this.#streams;
    if (!this.animated) {
      this.report(text);
      return;
    }
    this.#lastWrite = performance.now();
    stderr.write(`${LINE_AGAIN}${printable(text, (stderr.columns ?? 80) - 1)}`);
    this.#progressShown = true;
  }

  annotate(command: string): void {
    this.#streams.stderr.write(`${command}\n`);
  }

  async ask(question: string): Promise<string> {
    this.#endProgress();
    const { stdin, stderr } = this.#streams;
    const waiting = this.#typedAhead.shift();
    if (waiting !== undefined || stdin.readableEnded) {
      this.report(question);
      return waiting ?? "";
    }
    const lines = createInterface({ input: stdin, output: stderr });
    lines.on("line", (line) => this.#typedAhead.push(line));
    // Without an answer (end of input, Ctrl-C) readline's own promise never settles.
    const closed = new Promise<string>((resolve) =>
      lines.once("close", () => {
        resolve("");
      }),
    );
    try {
      return await Promise.race([lines.question(`${printable(question)} `), closed]);
    } finally {
      lines.close();
    }
  }

  shown(text: string): string {
    return text;
  }

  onInterrupt(listener: (cause: Interrupt) => void): () => void {
    return this.#streams.onInterrupt(listener);
  }

  #write(stream: Output, text: string, tone: Tone | undefined, lineEnd: LineEnd = "\n"): void {
    this.#endProgress();
    this.#lastWrite = performance.now();
    const style = this.#colours && stream.isTTY === true && tone !== undefined;
    const lines = text.split("\n").map((line) => {
      const safe = printable(line);
      return style ? styleText(STYLES[tone], safe, { validateStream: false }) : safe;
    });
    stream.write(`${lines.join(lineEnd)}${lineEnd}`);
  }

  #endProgress(): void {
    if (!this.#progressShown) return;
    this.#streams.stderr.write(LINE_AGAIN);
    this.#progressShown = false;
  }
}
