import { engineCommand, type CommandOutput, type EngineCommand } from "./command";
import { EngineError } from "./errors";
import type { EngineFailureKind } from "./failureKind";
import { isTooOld, MINIMUM_ENGINE_VERSION } from "./version";

export interface EngineOptions {
  /** Folder of `Pulumi.yaml` and `Pulumi.<stack>.yaml`. */
  projectDirectory: string;
  stack: string;
  /** The engine's whole environment: credentials, backend, passphrase. */
  environment: Readonly<Record<string, string | undefined>>;
  /** The `pulumi` executable; the one on PATH by default. */
  executable?: string;
}

/** How a run fails when the engine is too old for this script. */
const KINDS_OF_OLD_ENGINES: readonly EngineFailureKind[] = ["unknown", "program"];

/** The engine of one project. The first command that is run reports an engine that is missing or too old. */
export class Engine {
  readonly options: EngineOptions;
  readonly command: EngineCommand;

  constructor(options: EngineOptions) {
    this.options = options;
    this.command = engineCommand(options.executable ?? "pulumi", options.environment);
  }

  /** Runs one of the engine's commands. @throws EngineError */
  async ask(args: string[]): Promise<CommandOutput> {
    try {
      return await this.askPlainly(args);
    } catch (error) {
      throw error instanceof EngineError ? await this.explained(error) : error;
    }
  }

  /** The same, for a caller that expects failures and handles them. @throws EngineError */
  askPlainly(args: string[]): Promise<CommandOutput> {
    return this.command.run(args, this.options.projectDirectory, {});
  }

  /** The same error, or, when the engine is too old, the error that says so. */
  async explained(error: EngineError): Promise<EngineError> {
    return KINDS_OF_OLD_ENGINES.includes(error.kind) ? ((await this.tooOld()) ?? error) : error;
  }

  /** The error for an engine that is too old; undefined when it is recent enough or does not answer. */
  async tooOld(): Promise<EngineError | undefined> {
    const version = (await this.askPlainly(["version"]).catch(() => undefined))?.stdout.trim();
    if (version === undefined || !isTooOld(version)) return undefined;
    return new EngineError(
      "engineTooOld",
      `the Pulumi engine is version ${version}, ${MINIMUM_ENGINE_VERSION} or newer is needed`,
      "Install a newer version, e.g. `curl -fsSL https://get.pulumi.com | sh`.",
    );
  }
}
