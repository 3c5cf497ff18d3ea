import { spawn } from "node:child_process";
import type { Command } from "./contestant";

const TAIL_LINES = 30;

/** A command failed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** A started command: its process id, and its output once it has succeeded. */
export interface Started {
  pid: number | undefined;
  ended: Promise<string>;
}

/** Starts a command; `ended` rejects with a CommandError that holds the end of its output. */
export function start({ argv: [executable, ...args], cwd, env }: Command): Started {
  const child = spawn(executable, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<string>((resolve, reject) => {
    let stdout = "";
    let all = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (all += text));
    child.on("error", (cause) => reject(new CommandError(cause.message, { cause })));
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(stdout);
      const tail = all.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
      const how = signal === null ? `code ${code}` : signal;
      reject(
        new CommandError(`\`${[executable, ...args].join(" ")}\` failed with ${how}\n${tail}`),
      );
    });
  });
  return { pid: child.pid, ended };
}

/** A command's standard output. */
export function output(command: Command): Promise<string> {
  return start(command).ended;
}
