import { spawn } from "node:child_process";
import type { SemVer } from "semver";
import { EngineError, explainEngineText } from "./engineErrors";
import { MINIMUM_ENGINE_VERSION } from "./engineVersion";

/** What a finished run of the `pulumi` executable wrote. */
export interface CommandOutput {
  stdout: string;
  stderr: string;
  code: number;
}

/** The shape that the Automation API asks of its engine (`PulumiCommand`). */
export interface EngineCommand {
  command: string;
  /** Known after `pulumi version` was asked; the Automation API chooses its ways by it. */
  version: SemVer | null;
  run(
    args: string[],
    cwd: string,
    additionalEnvironment: Record<string, string>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandOutput>;
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
  return {
    command: executable,
    version: null,
    run: (args, cwd, additional, onOutput, onError, signal) =>
      run(executable, args, { cwd, env: { ...environment, ...additional } }, [
        onOutput,
        onError,
        signal,
      ]),
  };
}

type Hooks = [
  onOutput: ((text: string) => void) | undefined,
  onError: ((text: string) => void) | undefined,
  signal: AbortSignal | undefined,
];

function run(
  executable: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
  [onOutput, onError, signal]: Hooks,
): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    const withoutSecrets = args.filter((arg) => arg !== "--show-secrets");
    const child = spawn(executable, ["--non-interactive", ...withoutSecrets], {
      ...options,
      env: { ...options.env, PULUMI_AUTOMATION_API: "true" },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own: a Ctrl-C in the terminal reaches the engine only through us.
      detached: true,
    });
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
    child.on("error", (cause: NodeJS.ErrnoException) => reject(notStarted(executable, cause)));
    child.on("close", (code) => {
      signal?.removeEventListener("abort", stop);
      if (code === 0) resolve({ stdout, stderr, code });
      else reject(explainEngineText(`${stderr}\n${stdout}`));
    });
  });
}

function notStarted(executable: string, cause: NodeJS.ErrnoException): EngineError {
  if (cause.code !== "ENOENT") return explainEngineText(String(cause));
  return new EngineError(
    "noEngine",
    `the Pulumi engine was not found (looked for \`${executable}\`)`,
    `Install Pulumi ${MINIMUM_ENGINE_VERSION} or newer, or try everything on this machine with \`npm run sandbox\`.`,
  );
}
