import type { Interrupt, Terminal, Tone } from "../../../automation/output/terminal";

/** One line that a command wrote, and where. */
export interface Written {
  to: "out" | "err" | "progress" | "annotation";
  text: string;
  tone?: Tone;
}

export interface FakeTerminalOptions {
  interactive?: boolean;
  animated?: boolean;
  silence?: number;
  /** The operator's answers, in turn; nothing once they are used up. */
  answers?: readonly string[];
}

/** A terminal that remembers what it is given; a stream's own doings have tests with StreamTerminal. */
export class FakeTerminal implements Terminal {
  readonly written: Written[] = [];
  readonly questions: string[] = [];
  readonly interactive: boolean;
  readonly animated: boolean;
  readonly columns = Infinity;
  readonly silence: number;
  readonly #answers: string[];
  readonly #listeners = new Set<(cause: Interrupt) => void>();

  constructor(options: FakeTerminalOptions = {}) {
    this.interactive = options.interactive ?? false;
    this.animated = options.animated ?? false;
    this.silence = options.silence ?? 0;
    this.#answers = [...(options.answers ?? [])];
  }

  print(text: string, tone?: Tone): void {
    this.#write("out", text, tone);
  }

  report(text: string, tone?: Tone): void {
    this.#write("err", text, tone);
  }

  progress(text: string): void {
    this.#write("progress", text);
  }

  annotate(command: string): void {
    this.#write("annotation", command);
  }

  ask(question: string): Promise<string> {
    this.questions.push(question);
    return Promise.resolve(this.#answers.shift() ?? "");
  }

  shown(text: string): string {
    return text;
  }

  onInterrupt(listener: (cause: Interrupt) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Interrupts what is running. @returns whether anything listened. */
  interrupt(cause: Interrupt = "SIGINT"): boolean {
    const listeners = [...this.#listeners];
    listeners.forEach((listener) => listener(cause));
    return listeners.length > 0;
  }

  /** What was written to one place, a line each. */
  lines(to: Written["to"]): string[] {
    return this.written.flatMap((one) => (one.to === to ? one.text.split("\n") : []));
  }

  #write(to: Written["to"], text: string, tone?: Tone): void {
    this.written.push({ to, text, ...(tone === undefined ? {} : { tone }) });
  }
}
