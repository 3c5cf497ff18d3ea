import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { SandboxError } from "./aws/sandboxError";

/** Called with a line of progress of long work. */
export type Progress = (line: string) => void;

export interface ToolRun {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Receives all output of the tool. */
  log: string;
  /** Reports every 15 seconds that `doing` continues. */
  progress?: Progress;
  doing: string;
  /** What to tell the user to do when the tool fails. */
  fix: string;
}

const TICK_MILLISECONDS = 15_000;
const LOG_TAIL_LINES = 8;

/**
 * Runs a tool to its end, with its output in a log file.
 *
 * @throws SandboxError when it cannot be started or fails, with the log's last lines.
 */
export function runTool(command: string, args: readonly string[], run: ToolRun): Promise<void> {
  mkdirSync(dirname(run.log), { recursive: true });
  writeFileSync(run.log, `$ ${command} ${args.join(" ")}\n`);
  const started = process.hrtime.bigint();
  const tick = setInterval(
    () => run.progress?.(`${run.doing}: ${elapsed(started)}`),
    TICK_MILLISECONDS,
  );
  return new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: run.cwd,
      env: run.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (text: Buffer) => appendFileSync(run.log, text);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (cause) => reject(failed(run, cause.message)));
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(failed(run, `${command} exited with code ${code}`)),
    );
  }).finally(() => clearInterval(tick));
}

/** The outcome and output of a tool. */
export interface ToolAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Both in the order of arrival. */
  output: string;
}

export interface ToolQuestion {
  cwd?: string;
  /** The whole environment of the tool. */
  env: Readonly<Record<string, string>>;
  /** Its standard input. */
  input?: string;
}

/**
 * Runs a tool and keeps its output. Not synchronous, because this process serves the sandbox's AWS.
 *
 * @throws Error when it cannot be started.
 */
export function askTool(
  command: string,
  args: readonly string[],
  { cwd, env, input }: ToolQuestion,
): Promise<ToolAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
    const written = { stdout: "", stderr: "", output: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        written[stream] += text;
        written.output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...written }));
    // A tool that exits without reading its input has not failed.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** @throws SandboxError when the disk that holds `directory` has less than `gigabytes` free. */
export function requireFreeSpace(directory: string, gigabytes: number, why: string): void {
  const { bavail, bsize } = statfsSync(directory);
  const free = (bavail * bsize) / 1e9;
  if (free >= gigabytes) return;
  throw new SandboxError(
    `${why} needs ${gigabytes} GB of free disk space, ${free.toFixed(1)} GB are left at ${directory}`,
    "Free some space and run again.",
  );
}

function failed(run: ToolRun, reason: string): SandboxError {
  const tail = readFileSync(run.log, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES);
  return new SandboxError(
    `${run.doing} failed: ${reason}\n${tail.map((line) => `  | ${line}`).join("\n")}\nAll of its output is in ${run.log}`,
    run.fix,
  );
}

function elapsed(since: bigint): string {
  const seconds = Number((process.hrtime.bigint() - since) / 1_000_000_000n);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
