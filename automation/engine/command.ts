import { dirname, isAbsolute } from "node:path";
import { SemVer } from "semver";
import { errorCode } from "../../src/errorCode";
import { markOwned } from "../files/temporaryFolders";
import { EngineProcess } from "./engineProcess";
import { cancellation, EngineError, explainEngineText } from "./errors";
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
  /**
   * Makes every running engine abandon the operations that it has started, save its state and release its lock;
   * kills those that do not do so within seconds, or when called again.
   */
  terminate(): void;
}

/**
 * Runs the engine for the Automation API. It replaces the API's own runner, which
 * - adds `--show-secrets` by itself: here the engine is never asked to show a secret;
 * - leaves the engine in the terminal's process group, so that one Ctrl-C reaches it twice and
 *   the second one stops it at once instead of gracefully (pulumi/pulumi#6334);
 * - throws errors whose message contains whole logs;
 * - reads the engine's output through pipes, which kill it when this process is gone (outputFile.ts).
 *
 * @param executable - `pulumi`, or a path to it.
 * @param environment - the whole environment of the engine; it inherits nothing else.
 */
export function engineCommand(
  executable: string,
  environment: Readonly<Record<string, string | undefined>>,
): EngineCommand {
  const running = new Set<EngineProcess>();
  return {
    command: executable,
    version: new SemVer(MINIMUM_ENGINE_VERSION),
    run: (args, cwd, additional, onOutput, onError, signal) => {
      const options = { cwd, env: { ...environment, ...additional } };
      return run(executable, args, options, [onOutput, onError, signal], running);
    },
    terminate: () => {
      for (const child of running) child.terminate();
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

/**
 * Settings of the engine and its providers that the user's environment may change. IAM throttles a whole account: with
 * adaptive retries all calls of the AWS provider slow down together once one is throttled, instead of each by itself.
 */
const ENGINE_DEFAULTS = { AWS_RETRY_MODE: "adaptive" };

const ENGINE_SETTINGS = {
  PULUMI_AUTOMATION_API: "true",
  // When the settings do not say how secrets are encrypted, they stay encrypted as they are in the state; without
  // this the engine derives a new key from the passphrase in each run.
  PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
};

/** Operations that run for long; all other commands of the engine end by themselves within seconds. */
const LONG: readonly (string | undefined)[] = ["up", "preview", "refresh", "destroy"];

async function run(
  executable: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string | undefined>> },
  [onOutput, onError, signal]: Hooks,
  running: Set<EngineProcess>,
): Promise<CommandOutput> {
  if (signal?.aborted) throw cancellation(signal);
  const eventLog = args[args.indexOf("--event-log") + 1];
  // Previews send their events to an address instead of a file.
  if (eventLog !== undefined && isAbsolute(eventLog)) markOwned(dirname(eventLog));
  const withoutSecrets = args.filter((arg) => arg !== "--show-secrets");
  const child = start(executable, ["--non-interactive", ...withoutSecrets], {
    cwd: options.cwd,
    env: { ...ENGINE_DEFAULTS, ...options.env, ...ENGINE_SETTINGS },
    onOutput,
    onError,
    isLong: LONG.includes(args[0]),
  });
  running.add(child);
  const stop = () => {
    child.stop();
  };
  signal?.addEventListener("abort", stop);
  try {
    const { stdout, stderr, code } = await child.ended.catch((cause: unknown) => {
      throw notStarted(executable, cause);
    });
    if (code === 0) return { stdout, stderr, code };
    throw explainEngineText(`${stderr}\n${stdout}`);
  } finally {
    running.delete(child);
    signal?.removeEventListener("abort", stop);
  }
}

type Hooks = [
  onOutput: ((text: string) => void) | undefined,
  onError: ((text: string) => void) | undefined,
  signal: AbortSignal | undefined,
];

function start(...parameters: ConstructorParameters<typeof EngineProcess>): EngineProcess {
  try {
    return new EngineProcess(...parameters);
  } catch (cause) {
    throw explainEngineText(String(cause));
  }
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
