import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT } from "../../../sandbox/paths";

/** How a process of the script ended. */
export interface ProcessEnd {
  /** Null when it was killed. */
  code: number | null;
  signal: NodeJS.Signals | null;
  written: string;
}

/**
 * Runs the script as a process of its own, which can be killed.
 *
 * @param killAtWrite - the process ends itself with SIGKILL at its k-th call that writes to a disk
 *   (test/e2e/support/killAtWrite.ts); half of what a call writes is then there.
 */
export function startScript(
  argv: readonly string[],
  options: {
    cwd: string;
    environment?: Readonly<Record<string, string>>;
    killAtWrite?: number;
  },
): { child: ChildProcess; end: Promise<ProcessEnd> } {
  const preload = pathToFileURL(join(__dirname, "killAtWrite.ts")).href;
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  const child = spawn(
    process.execPath,
    [
      // The tools around the script are TypeScript; without them it runs as `npm run customers` runs it.
      ...(options.killAtWrite === undefined
        ? [join(PROJECT, "automation/customers.mjs")]
        : ["--import", tsx, "--import", preload, join(PROJECT, "automation/cli.ts")]),
      ...argv,
    ],
    {
      cwd: options.cwd,
      env: {
        PATH: process.env["PATH"],
        ...options.environment,
        ...(options.killAtWrite === undefined
          ? {}
          : { KILL_AT_WRITE: String(options.killAtWrite) }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let written = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (written += text));
  }
  const end = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    written,
  }));
  return { child, end };
}
