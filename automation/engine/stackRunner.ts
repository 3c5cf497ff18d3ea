import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { Home } from "../../src/access/arns";
import type { AwsClient } from "../aws/client";
import { sweepTemporaryFolders } from "../files/temporaryFolders";
import { Engine, type EngineOptions } from "./engine";
import { withoutUnusedCommands } from "./command";
import { explainEngineText, LOCKED, type EngineError } from "./errors";
import { EngineReporter, type EngineEvent, type EngineReport } from "./events";
import { ENGINE_RANGE } from "./version";
import { recoverInterruptedState, recoverInterruptedKeys, type Recovery } from "./recovery";
import { toEngineError } from "./runError";
import { StackState } from "./stackState";

/** A Pulumi program: declares resources and returns the stack's outputs. */
type Program = PulumiFn;

export interface RunHooks {
  onEvent?: (event: EngineEvent) => void;
  /** Raw engine text, for `--debug`. */
  onText?: (text: string) => void;
  /** When aborted, the engine finishes the operations that it has started, and stops. */
  signal?: AbortSignal;
}

export interface RunSettings extends RunHooks {
  /** Read every resource from AWS first, to find changes made by hand. */
  refresh?: boolean;
  parallel?: number;
  /** URNs of resources in the state that are replaced, whatever the engine makes of them by itself. */
  replace?: readonly string[];
}

/** The result of a run: what it did, and the error if the engine failed. */
export interface RunResult extends EngineReport {
  error?: EngineError;
}

/**
 * Runs programs through Pulumi's Automation API. Callers get reports and `EngineError`s, never the API's own
 * types or error texts.
 *
 * Programs run inline: exactly those customers that were validated and shown are declared.
 */
export class StackRunner {
  /** The stack's recorded state. */
  readonly state: StackState;
  /** Its short name. */
  readonly stack: string;
  readonly #engine: Engine;

  constructor(options: EngineOptions) {
    this.#engine = new Engine(options);
    this.stack = options.stack;
    this.state = new StackState(this.#engine);
  }

  /** Reports what an update would change; writes nothing. */
  preview(program: Program, settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("preview", program, settings);
  }

  /**
   * Makes AWS match what the program declares. It continues after a failed resource, so that one
   * customer's failure blocks neither the others nor a revocation; the result then has failures.
   */
  update(program: Program, settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("up", program, settings);
  }

  /**
   * Updates, and recovers what a killed run has left. When operations are pending, the engine warns and keeps
   * them in the state; then they are recovered and the update is repeated. Checking in advance would cost one
   * more engine process for each cell.
   *
   * @throws EngineError as `recover` does.
   */
  async updateAndRecover(
    program: Program,
    home: Home,
    aws: AwsClient,
    settings: RunSettings = {},
  ): Promise<RunResult & { recovery?: Recovery }> {
    // A refresh drops pending operations without a warning.
    const { refresh, signal } = settings;
    const isFirst = refresh === true && signal?.aborted !== true;
    const first = isFirst ? await this.recover(home, aws, signal) : undefined;
    const run = await this.update(program, settings);
    // Whatever the warning is about: the state shows whether operations are pending.
    const hasWarned = first === undefined && run.warnings.length > 0;
    if (!hasWarned || signal?.aborted === true) {
      return { ...run, ...(first && { recovery: first }) };
    }
    const recovery = await this.recover(home, aws, signal);
    if (recovery === undefined) return run;
    const again = await this.update(program, {
      ...settings,
      ...(await this.#stillToReplace(settings, run)),
    });
    const createdUsers = { ...run.createdUsers, ...again.createdUsers };
    return { ...again, changes: [...run.changes, ...again.changes], createdUsers, recovery };
  }

  /** Deletes all resources of the stack. */
  destroy(settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("destroy", undefined, settings);
  }

  /** Reads every resource from AWS into the state. */
  refresh(settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("refresh", undefined, settings);
  }

  /** Makes the engine abandon what it has started, as `EngineCommand.terminate`; a later update recovers that. */
  terminate(): void {
    this.#engine.command.terminate();
  }

  /**
   * Recovers what a killed run had started (recovery.ts), so that the next update can finish it.
   *
   * @returns what was found and done; undefined when nothing was pending.
   * @throws EngineError when the engine fails, or while another run holds the lock: the pending
   *   operations are then that run's own.
   */
  async recover(home: Home, aws: AwsClient, signal?: AbortSignal): Promise<Recovery | undefined> {
    if (recoverInterruptedState(await this.state.export(), home) === undefined) return undefined;
    if ((await this.state.lock()) !== undefined) throw explainEngineText(LOCKED);
    // Read again: a run that has ended in the meantime has completed its own operations.
    const exported = await this.state.export();
    const recovered = recoverInterruptedState(exported, home);
    if (recovered === undefined) return undefined;
    const recovery = { ...recovered.recovery, ...(await recoverInterruptedKeys(exported, aws)) };
    await this.state.import(recovered.state);
    const { error } = await this.refresh({ signal });
    if (error !== undefined) throw error;
    return recovery;
  }

  /** What of `replace` is left after a run, and still in the state: the engine refuses other names. */
  async #stillToReplace(
    { replace = [] }: RunSettings,
    { changes, failures }: RunResult,
  ): Promise<Pick<RunSettings, "replace">> {
    if (replace.length === 0) return {};
    const failed = new Set(failures.map(({ urn }) => urn));
    const replaced = changes.flatMap(({ urn, change }) => (change === "replace" ? urn : []));
    const done = new Set(replaced.filter((urn) => !failed.has(urn)));
    const present = new Set((await this.state.resources()).map(({ urn }) => urn));
    return { replace: replace.filter((urn) => present.has(urn) && !done.has(urn)) };
  }

  async #run(
    operation: "preview" | "up" | "destroy" | "refresh",
    program: Program | undefined,
    { onEvent, onText, replace = [], ...settings }: RunSettings,
  ): Promise<RunResult> {
    const reporter = new EngineReporter();
    const options = {
      color: "never" as const,
      onOutput: onText,
      onError: onText,
      onEvent: (event: unknown) => {
        reporter.add(event as EngineEvent);
        onEvent?.(event as EngineEvent);
      },
      showSecrets: false,
      ...settings,
    };
    try {
      const [stack, { withoutDebugOverhead }] = [
        await this.#stack(program),
        await import("./pulumiSdk.js"),
      ];
      await withoutDebugOverhead<unknown>(() =>
        operation === "preview"
          ? stack.preview({ ...options, replace: [...replace] })
          : stack[operation]({ ...options, replace: [...replace], continueOnError: true }),
      );
      const report = reporter.finish();
      const error = report.summary === undefined ? await this.#engine.tooOld() : undefined;
      return { ...report, ...(error && { error }) };
    } catch (error) {
      const engineError = toEngineError(error, reporter, settings.signal);
      return { ...reporter.finish(), error: await this.#engine.explained(engineError) };
    }
  }

  async #stack(program: Program | undefined): Promise<Stack> {
    sweepTemporaryFolders();
    const { LocalWorkspace, Stack, requirePulumiVersion } = await import("./pulumiSdk.js");
    const workspace = await LocalWorkspace.create({
      workDir: this.#engine.options.projectDirectory,
      // The engine itself checks its version here; asking for the version first would start another process.
      program: program && (() => requirePulumiVersion(ENGINE_RANGE).then(program)),
      pulumiCommand: withoutUnusedCommands(this.#engine.command),
      envVars: {},
    });
    return Stack.select(this.#engine.options.stack, workspace);
  }
}
