import { asInvoked, type Invocation } from "../../src/invocation";
import type { Interrupt, LineEnd, Terminal, Tone } from "./terminal";

/** Passes everything on to another terminal; the others here change one thing of it. */
class ForwardingTerminal implements Terminal {
  constructor(protected readonly terminal: Terminal) {}

  get interactive(): boolean {
    return this.terminal.interactive;
  }

  get animated(): boolean {
    return this.terminal.animated;
  }

  get columns(): number {
    return this.terminal.columns;
  }

  get silence(): number {
    return this.terminal.silence;
  }

  print(text: string, tone?: Tone, lineEnd?: LineEnd): void {
    this.terminal.print(text, tone, lineEnd);
  }

  report(text: string, tone?: Tone): void {
    this.terminal.report(text, tone);
  }

  progress(text: string): void {
    this.terminal.progress(text);
  }

  annotate(command: string): void {
    this.terminal.annotate(command);
  }

  ask(question: string): Promise<string> {
    return this.terminal.ask(question);
  }

  shown(text: string): string {
    return this.terminal.shown(text);
  }

  onInterrupt(listener: (cause: Interrupt) => void): () => void {
    return this.terminal.onInterrupt(listener);
  }
}

/** Keeps results instead of printing them, for a command that makes one result of several. */
export class CollectedResults extends ForwardingTerminal {
  /** @param results - where they are kept, in the order in which they are printed. */
  constructor(
    terminal: Terminal,
    readonly results: string[] = [],
  ) {
    super(terminal);
  }

  override print(text: string): void {
    this.results.push(text);
  }
}

/** Writes every command that a text names in the form that works here, for the stack of this run. */
export class InvokedTerminal extends ForwardingTerminal {
  constructor(
    terminal: Terminal,
    private readonly invocation: Invocation,
  ) {
    super(terminal);
  }

  override print(text: string, tone?: Tone, lineEnd?: LineEnd): void {
    super.print(this.shown(text), tone, lineEnd);
  }

  override report(text: string, tone?: Tone): void {
    super.report(this.shown(text), tone);
  }

  override annotate(command: string): void {
    super.annotate(this.shown(command));
  }

  override shown(text: string): string {
    return asInvoked(text, this.invocation);
  }
}
