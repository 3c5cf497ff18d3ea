import { spawn, type ChildProcess } from "node:child_process";
import { SemVer } from "semver";
import { errorCode } from "../../src/errorCode";
import { EngineError, explainEngineText } from "./errors";
import { MINIMUM_ENGINE_VERSION } from "./version";

/** What a finished run of the `pulumi` executable wrote. */
export interface CommandOutput {
  stdout: string;
  stderr: string;
  code: number;
}

/** The shape that the Automation API asks of its engine (`PulumiCommand`). */
export interface EngineCommand {
  command: string;
  /** The Automation API chooses its ways by it; those of the oldest engine do for all. */
  version: SemVer;
  run(
    args: string[],
    cwd: string,
    additionalEnvironment: Record<string, string>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandOutput>;
  /** Ends every engine that runs, at once and with all that it has started. */
  kill(): void;
}

/**
 * Runs the engine for the Automation API, instead of its own runner, because that one
 * - adds `--show-secrets` on its own: here the engine is never asked to show a secret;
 * - leaves the engine in the terminal's process group, so that one Ctrl-C reaches it twice and
 *   the second one ends it at once instead of gracefully (pulumi/pulumi#6334);
 * - throws errors whose message holds whole logs.
 *
 * @param executable - `pulumi`, or a path to it.
 * @param environment - the whole environment of the engine; nothing is inherited beside it.
 */
export function engineCommand(
  executable: string,
  environment: Readonly<Record<string, string | undefined>>,
): EngineCommand {
  const running = new Set<ChildProcess>();
  return {
    command: executable,
    version: new SemVer(MINIMUM_ENGINE_VERSION),
    run: (args, cwd, additional, onOutput, onError, signal) => {
      const options = { cwd, env: { ...environment, ...additional } };
      return run(executable, args, options, [onOutput, onError, signal], running);
    },
    kill: () => {
      running.forEach(killGroup);
    },
  };
}

/**
 * Questions that the Automation API asks beside each operation and nobody here needs: every command
 * names its stack, and outputs come with the engine's events. Each would be a process of its own,
 * and some would ask for secrets (pulumi/pulumi SDK, `Stack.up`).
 */
const ANSWERED: Readonly<Record<string, string>> = {
  "stack select": "",
  "stack output": "{}",
  "stack history": "[]",
};

/** The same engine as the Automation API gets it: asked only for what it alone can tell. */
export function withoutQuestions(command: EngineCommand): Readonly<EngineCommand> {
  return {
    ...command,
    run: (args, ...others) => {
      const stdout = ANSWERED[args.slice(0, 2).join(" ")];
      if (stdout === undefined) return command.run(args, ...others);
      return Promise.resolve({ stdout, stderr: "", code: 0 });
    },
  };
}

const ENGINE_SETTINGS = {
  PULUMI_AUTOMATION_API: "true",
  // Secrets stay encrypted as they are in the state when the settings do not say how; else the engine takes to a
  // new passphrase's key, in each run.
  PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
};

/** The engine leads a process group of its own, so the group's end is that of its plugins too. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

type Hooks = [
  onOutput: ((text: string) => void) | undefined,
  onError: ((text: string) => void) | undefined,
  signal: AbortSignal | undefined,
];

function run(
  executable: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string | undefined>> },
  [onOutput, onError, signal]: Hooks,
  running: Set<ChildProcess>,
): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(explainEngineText("cancelled before the engine started"));
      return;
    }
    const withoutSecrets = args.filter((arg) => arg !== "--show-secrets");
    const child = spawn(executable, ["--non-interactive", ...withoutSecrets], {
      ...options,
      env: { ...options.env, ...ENGINE_SETTINGS },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own: a Ctrl-C in the terminal reaches the engine only through us.
      detached: true,
    });
    running.add(child);
    const stop = () => child.kill("SIGINT");
    signal?.addEventListener("abort", stop);

    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onError?.(text);
    });
    child.on("error", (cause) => {
      reject(notStarted(executable, cause));
    });
    child.on("close", (code) => {
      running.delete(child);
      signal?.removeEventListener("abort", stop);
      if (code === 0) resolve({ stdout, stderr, code });
      else reject(explainEngineText(`${stderr}\n${stdout}`));
    });
  });
}

/** Why `executable` could not be run, from what `spawn` says. */
export function notStarted(executable: string, cause: unknown): EngineError {
  if (errorCode(cause) !== "ENOENT") return explainEngineText(String(cause));
  return new EngineError(
    "noEngine",
    `the Pulumi engine was not found (looked for \`${executable}\`)`,
    `Install Pulumi ${MINIMUM_ENGINE_VERSION} or newer, or try everything on this machine with \`npm run sandbox\`.`,
  );
}
