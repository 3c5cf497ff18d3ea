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

/** The part of `PulumiCommand` that the Automation API calls. */
export interface EngineCommand {
  command: string;
  /** Decides which arguments the Automation API passes; those of the oldest engine work with every version. */
  version: SemVer;
  run(
    args: string[],
    cwd: string,
    additionalEnvironment: Record<string, string>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandOutput>;
  /** Kills every running engine at once, together with the plugins that it has started. */
  kill(): void;
}

/**
 * Runs the engine for the Automation API. It replaces the API's own runner, which
 * - adds `--show-secrets` by itself: here the engine is never asked to show a secret;
 * - leaves the engine in the terminal's process group, so that one Ctrl-C reaches it twice and
 *   the second one stops it at once instead of gracefully (pulumi/pulumi#6334);
 * - throws errors whose message contains whole logs.
 *
 * @param executable - `pulumi`, or a path to it.
 * @param environment - the whole environment of the engine; it inherits nothing else.
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
 * Commands that the Automation API runs around each operation and whose answers are not used here: every
 * command names its stack, and outputs come with the engine's events. Each would start another process,
 * and some would ask for secrets (`Stack.up` of Pulumi's SDK).
 */
const FIXED_ANSWERS: Readonly<Record<string, string>> = {
  "stack select": "",
  "stack output": "{}",
  "stack history": "[]",
};

/** The same engine without the processes whose answers are not used: for the Automation API. */
export function withoutUnusedCommands(command: EngineCommand): Readonly<EngineCommand> {
  return {
    ...command,
    run: (args, ...others) => {
      const stdout = FIXED_ANSWERS[args.slice(0, 2).join(" ")];
      if (stdout === undefined) return command.run(args, ...others);
      return Promise.resolve({ stdout, stderr: "", code: 0 });
    },
  };
}

const ENGINE_SETTINGS = {
  PULUMI_AUTOMATION_API: "true",
  // When the settings do not say how secrets are encrypted, they stay encrypted as they are in the state; without
  // this the engine derives a new key from the passphrase in each run.
  PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
};

/** The engine leads its own process group, so killing the group ends its plugins too. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has already ended.
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
      // Its own process group: a Ctrl-C in the terminal reaches the engine only through this process.
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

/** Explains why `executable` could not be started. @param cause - what `spawn` reported. */
export function notStarted(executable: string, cause: unknown): EngineError {
  if (errorCode(cause) !== "ENOENT") return explainEngineText(String(cause));
  return new EngineError(
    "noEngine",
    `the Pulumi engine was not found (looked for \`${executable}\`)`,
    `Install Pulumi ${MINIMUM_ENGINE_VERSION} or newer, or try everything locally with \`npm run sandbox\`.`,
  );
}
