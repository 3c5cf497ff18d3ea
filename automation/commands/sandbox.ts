import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Command, CommonArguments } from "../cli/command";
import { loadStack } from "../cli/loadStack";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { UsageError } from "../output/usageError";
import { IS_COMPILED, packageFile } from "../../src/package";

const DEFAULT_PORT = 4566;
const LAST_PORT = 65_535;

/** A program of its own: what stands in for AWS must not share a process, or code, with what is tried on it. */
const PROGRAM = IS_COMPILED
  ? [packageFile("dist", "sandbox.js")]
  : ["--import", "tsx", packageFile("sandbox", "main.ts")];

interface SandboxArguments extends CommonArguments {
  port: number;
}

/** Runs an AWS on this machine, empty but for the stack's repositories, until it is interrupted. */
export const sandbox: Command<SandboxArguments> = {
  examples: [
    ["sandbox", "prints what to set in another terminal, where the other commands then use it"],
    ["sandbox --port 4567", "when another program has the port"],
  ],
  build: (yargs) =>
    yargs.option("port", {
      type: "number",
      default: DEFAULT_PORT,
      requiresArg: true,
      describe: "where AWS answers on this machine",
    }),
  async run(args, context) {
    const { port, json } = args;
    if (!Number.isInteger(port) || port < 1 || port > LAST_PORT) {
      throw new UsageError(`expected a port for --port, got ${port}`, "Write e.g. `--port 4567`.");
    }
    const { stack } = loadStack(args, context);
    const child = spawn(process.execPath, [...PROGRAM, "--stack", stack, "--port", String(port)], {
      cwd: context.directory,
      env: { ...context.environment },
      // With --json standard output is for the result.
      stdio: ["ignore", json ? 2 : "inherit", "inherit"],
    });
    // It gets a terminal's Ctrl-C itself; a second signal changes nothing.
    const stopListening = context.terminal.onInterrupt(() => child.kill("SIGTERM"));
    try {
      const [code] = (await once(child, "exit")) as [number | null];
      if (json) context.terminal.print(toJson({ stack, port, exitCode: code }));
      return code === 0 ? ExitCode.done : ExitCode.failed;
    } finally {
      stopListening();
    }
  },
};
