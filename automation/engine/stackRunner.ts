import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { AwsClient } from "../aws/client";
import { Engine, type EngineOptions } from "./engine";
import { withoutQuestions } from "./command";
import { explainEngineText, LOCKED, type EngineError } from "./errors";
import { EngineReporter, type EngineEvent, type EngineReport } from "./events";
import { ENGINE_RANGE } from "./version";
import { recoverInterruptedState, recoverInterruptedKeys, type Recovery } from "./recovery";
import { toEngineError } from "./runError";
import { StackState } from "./stackState";

/** What a Pulumi program declares when it runs: returns the stack's outputs. */
export type Program = PulumiFn;

export interface RunHooks {
  onEvent?: (event: EngineEvent) => void;
  /** Raw engine text, for `--debug`. */
  onText?: (text: string) => void;
  /** Abort once: the engine finishes what it has begun, and stops. */
  signal?: AbortSignal;
}

export interface RunSettings extends RunHooks {
  /** Read every resource from AWS first, so that changes made by hand are seen. */
  refresh?: boolean;
  parallel?: number;
}

/** How a run ended: what it did, and the error if the engine did not end well. */
export interface RunResult extends EngineReport {
  error?: EngineError;
}

/**
 * Runs programs: the one door to Pulumi's Automation API. It speaks of reports and of `EngineError`s; nothing of
 * the API's own types or error texts leaves it.
 *
 * Programs run inline: the customers that were checked and shown are the ones that are declared.
 */
export class StackRunner {
  /** What is kept of the stack. */
  readonly state: StackState;
  readonly #engine: Engine;

  constructor(options: EngineOptions) {
    this.#engine = new Engine(options);
    this.state = new StackState(this.#engine);
  }

  /** What an update would change; writes nothing. */
  preview(program: Program, settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("preview", program, settings);
  }

  /**
   * Brings AWS to what the program declares. It goes on after a failed resource, so that one
   * customer's trouble blocks neither the others nor a revocation; the result then has failures.
   */
  update(program: Program, settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("up", program, settings);
  }

  /**
   * Updates, and settles what a killed run has left. The engine warns when there is such a thing, and keeps
   * the creations that were pending; then they are settled, and the update is done again. To look first
   * would take a process of the engine in each cell.
   *
   * @throws EngineError as `recover` does.
   */
  async updateAndRecover(
    program: Program,
    account: string,
    aws: AwsClient,
    settings: RunSettings = {},
  ): Promise<RunResult & { recovery?: Recovery }> {
    // A refresh takes pending changes for done, and warns of none.
    const first = settings.refresh === true ? await this.recover(account, aws) : undefined;
    const run = await this.update(program, settings);
    // Whatever it warns of, the state tells.
    const hasWarned = first === undefined && run.warnings.length > 0;
    if (!hasWarned || settings.signal?.aborted === true) {
      return { ...run, ...(first && { recovery: first }) };
    }
    const recovery = await this.recover(account, aws);
    if (recovery === undefined) return run;
    const again = await this.update(program, settings);
    const madeUsers = { ...run.madeUsers, ...again.madeUsers };
    return { ...again, changes: [...run.changes, ...again.changes], madeUsers, recovery };
  }

  /** Takes down everything that the stack holds. */
  destroy(settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("destroy", undefined, settings);
  }

  /** Reads every resource from AWS into the state. */
  refresh(settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("refresh", undefined, settings);
  }

  /** Ends the engine at once, whatever it does; its lock stays, and what it had begun is unknown. */
  kill(): void {
    this.#engine.command.kill();
  }

  /**
   * Settles what a killed run had begun (recovery.ts), so that the next update can finish the job.
   *
   * @returns what was found and done; undefined when there was nothing.
   * @throws EngineError when the engine fails, or another run is at work: what is pending then is
   *   that run's, and nobody else's to settle.
   */
  async recover(account: string, aws: AwsClient): Promise<Recovery | undefined> {
    if (recoverInterruptedState(await this.state.export(), account) === undefined) return undefined;
    if ((await this.state.lock()) !== undefined) throw explainEngineText(LOCKED);
    // Read again: a run that has ended meanwhile has settled its own.
    const exported = await this.state.export();
    const settled = recoverInterruptedState(exported, account);
    if (settled === undefined) return undefined;
    const recovery = { ...settled.recovery, ...(await recoverInterruptedKeys(exported, aws)) };
    await this.state.import(settled.state);
    const { error } = await this.refresh();
    if (error !== undefined) throw error;
    return recovery;
  }

  async #run(
    operation: "preview" | "up" | "destroy" | "refresh",
    program: Program | undefined,
    { onEvent, onText, ...settings }: RunSettings,
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
          ? stack.preview(options)
          : stack[operation]({ ...options, continueOnError: true }),
      );
      const report = reporter.finish();
      const error = report.summary === undefined ? await this.#engine.tooOld() : undefined;
      return { ...report, ...(error && { error }) };
    } catch (error) {
      const told = toEngineError(error, reporter, settings.signal);
      return { ...reporter.finish(), error: await this.#engine.explained(told) };
    }
  }

  async #stack(program: Program | undefined): Promise<Stack> {
    const { LocalWorkspace, Stack, requirePulumiVersion } = await import("./pulumiSdk.js");
    const workspace = await LocalWorkspace.create({
      workDir: this.#engine.options.projectDirectory,
      // The engine says itself whether it will do; to ask for its version takes a process of its own.
      program: program && (() => requirePulumiVersion(ENGINE_RANGE).then(program)),
      pulumiCommand: withoutQuestions(this.#engine.command),
      envVars: {},
    });
    return Stack.select(this.#engine.options.stack, workspace);
  }
}
