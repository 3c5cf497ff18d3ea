import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { Home } from "../../src/access/arns";
import type { AwsClient } from "../aws/client";
import { sweepTemporaryFolders } from "../files/temporaryFolders";
import { Engine, type EngineOptions } from "./engine";
import { createdEarlier, withResources } from "./adoption";
import { withoutUnusedCommands } from "./command";
import { explainEngineText, LOCKED, type EngineError } from "./errors";
import { EngineReporter, type EngineEvent, type EngineReport } from "./events";
import { ENGINE_RANGE } from "./version";
import {
  recoverInterruptedState,
  recoverInterruptedKeys,
  wasInterrupted,
  type Recovery,
} from "./recovery";
import { toEngineError } from "./runError";
import { StackState } from "./stackState";
import { stillToReplace } from "./stillToReplace";

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
  /** URNs of the only resources that are changed; without them, all. */
  target?: string[];
  /** URNs, with wildcards, of resources that are neither read nor changed. */
  exclude?: string[];
  /** URNs of resources in the state that are replaced, whatever the engine makes of them by itself. */
  replace?: readonly string[];
  /** An adoption: repositories that the program creates and AWS has are taken into the state. */
  takesRepositories?: boolean;
}

/** An update, and what it has recovered of earlier runs. */
export interface RecoveredRun extends RunResult {
  /** What a killed run had started. */
  recovery?: Recovery;
  /** URNs of resources that an earlier attempt has created without getting an answer. */
  adopted?: string[];
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
   * Updates, and recovers what earlier runs have left: operations that a killed run had started, and resources
   * whose creation was not answered (adoption.ts). Both show themselves in an update, which is then repeated.
   * Checking in advance would cost one more engine process for each cell.
   *
   * @throws EngineError as `recover` does.
   */
  async updateAndRecover(
    program: Program,
    home: Home,
    aws: AwsClient,
    settings: RunSettings = {},
  ): Promise<RecoveredRun> {
    const run = await this.#updateAndRecoverKilled(program, home, aws, settings);
    const { signal } = settings;
    if (signal?.aborted === true) return run;
    const { takesRepositories } = settings;
    const adopted = await createdEarlier(run.failures, home, aws, takesRepositories);
    if (adopted.length === 0) return run;
    await this.state.import(withResources(await this.state.export(), adopted));
    const urns = adopted.map(({ urn }) => urn);
    const { error } = await this.#run("refresh", undefined, { signal, target: urns });
    if (error !== undefined) throw error;
    const { recovery } = run;
    return {
      ...(await this.#again(program, settings, run)),
      ...(recovery && { recovery }),
      adopted: urns,
    };
  }

  async #updateAndRecoverKilled(
    program: Program,
    home: Home,
    aws: AwsClient,
    settings: RunSettings,
  ): Promise<RecoveredRun> {
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
    return { ...(await this.#again(program, settings, run)), recovery };
  }

  /** Repeats an update. @returns what both runs have done, and what of it has failed in the end. */
  async #again(program: Program, settings: RunSettings, run: RunResult): Promise<RunResult> {
    const { replace = [] } = settings;
    const left =
      replace.length === 0 ? [] : stillToReplace(replace, run, await this.state.resources());
    const again = await this.update(program, { ...settings, replace: left });
    const createdUsers = { ...run.createdUsers, ...again.createdUsers };
    return { ...again, changes: [...run.changes, ...again.changes], createdUsers };
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
    if (!wasInterrupted(await this.state.export())) return undefined;
    if ((await this.state.lock()) !== undefined) throw explainEngineText(LOCKED);
    // Read again: a run that has ended in the meantime has completed its own operations.
    const exported = await this.state.export();
    if (!wasInterrupted(exported)) return undefined;
    const recovered = await recoverInterruptedState(exported, home, aws);
    const recovery = { ...recovered.recovery, ...(await recoverInterruptedKeys(exported, aws)) };
    await this.state.import(recovered.state);
    const { error } = await this.refresh({ signal });
    if (error !== undefined) throw error;
    return recovery;
  }

  async #run(
    operation: "preview" | "up" | "destroy" | "refresh",
    program: Program | undefined,
    { onEvent, onText, replace = [], target, ...settings }: RunSettings & { target?: string[] },
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
          : stack[operation]({
              ...options,
              ...(target && { target }),
              replace: [...replace],
              continueOnError: true,
            }),
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
