import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { AwsClient } from "./awsClient";
import { engineCommand, withoutQuestions, type EngineCommand } from "./engineCommand";
import { EngineError, explainEngineText, LOCKED, type EngineFailureKind } from "./engineErrors";
import { readLock, type StackLock } from "./stackLock";
import { toEngineError } from "./runError";
import { settledState, settleKeys, type ExportedState, type Recovery } from "./recovery";
import { stateKeys, type StateKeys } from "./keys/stateKeys";
import { ENGINE_RANGE, isTooOld, MINIMUM_ENGINE_VERSION } from "./engineVersion";
import { keyMaterialIn, type KeyMaterial } from "./keyMaterial";
import { exportWithSecrets } from "./secretExport";
import { EngineReporter, STACK_TYPE, type EngineEvent, type EngineReport } from "./engineEvents";

/** Errors that an engine too old for this script ends with. */
const OF_OLD_ENGINES: readonly EngineFailureKind[] = ["unknown", "program"];

/** What a Pulumi program declares when it runs: returns the stack's outputs. */
export type Program = PulumiFn;

export interface RunnerOptions {
  /** Folder of `Pulumi.yaml` and `Pulumi.<stack>.yaml`. */
  projectDirectory: string;
  stack: string;
  /** The engine's whole environment: credentials, backend, passphrase. */
  environment: Readonly<Record<string, string | undefined>>;
  /** The `pulumi` executable; the one on PATH by default. */
  executable?: string;
  /** Asks for the stack's outputs at once, so that `outputs` can answer sooner. */
  asksOutputs?: boolean;
}

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
 * The one door to Pulumi's Automation API. It speaks of reports and of `EngineError`s; nothing of
 * the API's own types or error texts leaves it.
 *
 * Programs run inline: the customers that were checked and shown are the ones that are declared.
 */
export class StackRunner {
  readonly #options: RunnerOptions;
  readonly #command: EngineCommand;
  /** What `outputs` answers when it is asked for the first time. */
  #asked: Promise<Readonly<Record<string, unknown>> | undefined> | undefined;

  /** An engine that is missing or too old is told by whatever is asked of it first. */
  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#command = engineCommand(options.executable ?? "pulumi", options.environment);
    if (options.asksOutputs !== true) return;
    this.#asked = this.#readOutputs(options.stack);
    // Told when they are awaited.
    this.#asked.catch(() => {});
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
  async updateAndSettle(
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
    return { ...again, changes: [...run.changes, ...again.changes], recovery };
  }

  /** Takes down everything that the stack holds. */
  destroy(settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("destroy", undefined, settings);
  }

  /** Reads every resource from AWS into the state. */
  refresh(settings: RunSettings = {}): Promise<RunResult> {
    return this.#run("refresh", undefined, settings);
  }

  /**
   * The recorded outputs of this stack, or of another one of the same project; undefined when it
   * does not exist yet.
   */
  async outputs(
    stack: string = this.#options.stack,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const asked = stack === this.#options.stack ? this.#asked : undefined;
    this.#asked = undefined;
    return asked ?? this.#readOutputs(stack);
  }

  async #readOutputs(stack: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const { stdout } = await this.#pulumi(["stack", "output", "--json"], stack);
      return JSON.parse(stdout) as Record<string, unknown>;
    } catch (error) {
      if (error instanceof EngineError && error.kind === "noStack") return undefined;
      throw error;
    }
  }

  /** The access keys that the stack has made, without their secrets; none before the first update. */
  async accessKeys(): Promise<StateKeys> {
    try {
      return stateKeys(await this.#export());
    } catch (error) {
      if (error instanceof EngineError && error.kind === "noStack") return new Map();
      throw error;
    }
  }

  /** Makes the stack in the state backend. @param secretsProvider - of its settings, e.g. `awskms://alias/…`. */
  async create(secretsProvider?: string, stack?: string): Promise<void> {
    const secrets = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    await this.#pulumi(["stack", "init", ...secrets, "--no-select"], stack);
  }

  /** Ends the engine at once, whatever it does; its lock stays, and what it had begun is unknown. */
  kill(): void {
    this.#command.kill();
  }

  /** Names of all stacks of this project in the state backend. */
  async stacks(): Promise<string[]> {
    const { stdout } = await this.#ask(["stack", "ls", "--json"]);
    // Pulumi Cloud puts the organization before it.
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => basename(name));
  }

  /** Who holds the lock of this stack or another one; undefined when nobody does. Writes nothing. */
  async lock(stack: string = this.#options.stack): Promise<StackLock | undefined> {
    try {
      // Renaming a stack to its own name fails, after it has looked whether it may.
      const rename = ["stack", "rename", stack, "--stack", stack];
      await this.#command.run(rename, this.#options.projectDirectory, {});
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.kind === "locked") return readLock(error.detail());
      if (error.kind === "unknown" && /already exists/.test(error.detail())) return undefined;
      throw error;
    }
  }

  /** Takes the lock of a dead run away. The engine cannot tell whose it is: look first. */
  async unlock(stack?: string): Promise<void> {
    await this.#pulumi(["cancel", "--yes"], stack);
  }

  /**
   * Settles what a killed run had begun (recovery.ts), so that the next update can finish the job.
   *
   * @returns what was found and done; undefined when there was nothing.
   * @throws EngineError when the engine fails, or another run is at work: what is pending then is
   *   that run's, and nobody else's to settle.
   */
  async recover(account: string, aws: AwsClient): Promise<Recovery | undefined> {
    if (settledState(await this.#export(), account) === undefined) return undefined;
    if ((await this.lock()) !== undefined) throw explainEngineText(LOCKED);
    // Read again: a run that has ended meanwhile has settled its own.
    const exported = await this.#export();
    const settled = settledState(exported, account);
    if (settled === undefined) return undefined;
    const recovery = { ...settled.recovery, ...(await settleKeys(exported, aws)) };
    await this.#import(settled.state);
    const { error } = await this.refresh();
    if (error !== undefined) throw error;
    return recovery;
  }

  /** The state as it is; what is secret in it stays encrypted. Undefined when there is no stack. */
  async exportState(stack?: string): Promise<ExportedState | undefined> {
    try {
      const { stdout } = await this.#pulumi(["stack", "export"], stack);
      return JSON.parse(stdout) as ExportedState;
    } catch (error) {
      if (error instanceof EngineError && error.kind === "noStack") return undefined;
      throw error;
    }
  }

  /** Moves resources to another stack's state, as they are; AWS is not asked. URNs of the source. */
  async moveState(source: string, target: string, urns: readonly string[]): Promise<void> {
    await this.#ask(["state", "move", "--yes", "--source", source, "--dest", target, ...urns]);
  }

  /** Records other outputs of the stack; nothing else of it changes. */
  async recordOutputs(outputs: object): Promise<void> {
    const state = await this.#export();
    const resources = state.deployment.resources?.map((resource) =>
      resource.type === STACK_TYPE ? { ...resource, outputs: { ...outputs } } : resource,
    );
    await this.#import({ ...state, deployment: { ...state.deployment, resources } });
  }

  /** Forgets a resource that another stack's state holds too. */
  async forget(stack: string, urn: string): Promise<void> {
    await this.#pulumi(["state", "delete", "--yes", "--force", urn], stack);
  }

  /** Takes a stack away that holds nothing any more. */
  async remove(stack: string): Promise<void> {
    await this.#pulumi(["stack", "rm", "--yes", "--force"], stack);
  }

  async #export(): Promise<ExportedState> {
    return (await this.exportState()) ?? { deployment: {} };
  }

  async #import(state: ExportedState): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), "ecr-customers-recovery-"));
    try {
      const file = join(directory, "state.json");
      writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
      await this.#pulumi(["stack", "import", "--file", file]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  /**
   * One access key of a customer with its secret, from the encrypted state, in memory only.
   *
   * @param stack - the customer's cell, when it is not in this stack.
   * @throws KeyMaterialError when the state does not hold it.
   * @throws EngineError when the state cannot be read.
   */
  async keyMaterial(
    customer: string,
    generation: number,
    stack = this.#options.stack,
  ): Promise<KeyMaterial> {
    const executable = this.#command.command;
    const exported = await exportWithSecrets({ ...this.#options, executable, stack });
    return keyMaterialIn(exported, `${customer}-${generation}`);
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
      const [stack, { leanly }] = [await this.#stack(program), await import("./pulumiSdk.js")];
      await leanly<unknown>(() =>
        operation === "preview"
          ? stack.preview(options)
          : stack[operation]({ ...options, continueOnError: true }),
      );
      const report = reporter.finish();
      const error = report.summary === undefined ? await this.#tooOld() : undefined;
      return { ...report, ...(error && { error }) };
    } catch (error) {
      const told = toEngineError(error, reporter, settings.signal);
      return { ...reporter.finish(), error: await this.#explained(told) };
    }
  }

  async #stack(program: Program | undefined): Promise<Stack> {
    const { LocalWorkspace, Stack, requirePulumiVersion } = await import("./pulumiSdk.js");
    const workspace = await LocalWorkspace.create({
      workDir: this.#options.projectDirectory,
      // The engine says itself whether it will do; to ask for its version takes a process of its own.
      program: program && (() => requirePulumiVersion(ENGINE_RANGE).then(program)),
      pulumiCommand: withoutQuestions(this.#command) as never,
      envVars: {},
    });
    return Stack.select(this.#options.stack, workspace);
  }

  #pulumi(args: string[], stack: string = this.#options.stack) {
    return this.#ask([...args, "--stack", stack]);
  }

  async #ask(args: string[]) {
    try {
      return await this.#command.run(args, this.#options.projectDirectory, {});
    } catch (error) {
      throw error instanceof EngineError ? await this.#explained(error) : error;
    }
  }

  /** The same error, or that the engine is too old, which explains it better. */
  async #explained(error: EngineError): Promise<EngineError> {
    return OF_OLD_ENGINES.includes(error.kind) ? ((await this.#tooOld()) ?? error) : error;
  }

  async #tooOld(): Promise<EngineError | undefined> {
    const asked = this.#command.run(["version"], this.#options.projectDirectory, {});
    const version = (await asked.catch(() => undefined))?.stdout.trim();
    if (version === undefined || !isTooOld(version)) return undefined;
    return new EngineError(
      "engineTooOld",
      `the Pulumi engine is version ${version}, ${MINIMUM_ENGINE_VERSION} or newer is needed`,
      "Install a newer one, e.g. `curl -fsSL https://get.pulumi.com | sh`.",
    );
  }
}
