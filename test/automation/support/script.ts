import { PassThrough } from "node:stream";
import { main } from "../../../automation/cli";
import type { CommandContext } from "../../../automation/cli/command";
import { StreamTerminal, type Interrupt } from "../../../automation/output/terminal";

/** How a run of the script ended and what it wrote. */
export interface ScriptRun {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ScriptOptions {
  directory: string;
  environment?: Readonly<Record<string, string | undefined>>;
  today?: string;
  now?: Date;
  /** What an operator types, line by line; without it the input is not a terminal. */
  answers?: readonly string[];
  /** What happens while the operator thinks about the first question. */
  beforeAnswer?: () => Promise<void>;
  columns?: number;
  /** Receives a function that interrupts the script, by default as one Ctrl-C. */
  withInterrupt?: (interrupt: (cause?: Interrupt) => void) => void;
  /** Sees standard error as it is written. */
  onError?: (text: string) => void;
}

/** Runs the script in this process, with streams of its own. */
export async function script(argv: readonly string[], options: ScriptOptions): Promise<ScriptRun> {
  const { directory, environment = {}, today = "2026-11-23", answers } = options;
  const isTTY = answers !== undefined;
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") => {
    const pass = new PassThrough().setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
      if (name === "stderr") options.onError?.(text);
      asked();
    });
    return Object.assign(pass, { isTTY, columns: options.columns ?? 200 });
  };
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const { beforeAnswer } = options;
  const answer = () => stdin.end((answers ?? []).map((line) => `${line}\n`).join(""));
  if (answers !== undefined && beforeAnswer === undefined) answer();
  let isAsked = false;
  const asked = () => {
    if (isAsked || beforeAnswer === undefined) return;
    if (!/ continues:/.test(written.stdout + written.stderr)) return;
    isAsked = true;
    beforeAnswer().then(answer, (error: unknown) => stdin.destroy(error as Error));
  };
  const listeners = new Set<(cause: Interrupt) => void>();
  options.withInterrupt?.((cause = "SIGINT") => {
    for (const listener of listeners) listener(cause);
  });
  const streams = {
    stdin,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    onInterrupt: (listener: (cause: Interrupt) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const context: CommandContext = {
    // Colours have a test of their own.
    terminal: new StreamTerminal(streams, { NO_COLOR: "1", ...environment }),
    environment,
    directory,
    today,
    now: options.now ?? new Date(`${today}T12:00:00Z`),
  };
  const code = await main(argv, context);
  // What was written is read in the streams' own time.
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...written };
}
