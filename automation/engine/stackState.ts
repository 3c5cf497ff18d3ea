import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { withTemporaryFolder } from "../files/temporaryFolders";
import type { Engine } from "./engine";
import { EngineError } from "./errors";
import { STACK_TYPE } from "./events";
import { keyMaterialIn, type KeyMaterial } from "./keyMaterial";
import { wasInterrupted, type ExportedState, type StateResource } from "./recovery";
import type { Secret } from "./secret";
import { exportWithSecrets } from "./secretExport";
import { importSecrets, withSecrets } from "./secretImport";
import { readLock, type StackLock } from "./stackLock";

/** The outputs that a stack's last update recorded, by name. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * A stack's recorded state, and what can be done with it without running a program; AWS is never called.
 * Every method throws an `EngineError` when the engine fails.
 */
export class StackState {
  readonly #engine: Engine;
  /** The answer to the first call of `outputs`, when it was requested in advance. */
  #prefetched: Promise<Outputs | undefined> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Starts to read this stack's outputs, so that `outputs` answers sooner. */
  prefetchOutputs(): void {
    this.#prefetched = this.#readOutputs(this.#engine.options.stack);
    // A failure is reported by `outputs`, which awaits the same promise.
    this.#prefetched.catch(() => {});
  }

  /**
   * The recorded outputs of this stack, or of another stack of the same project; undefined when it
   * does not exist yet.
   */
  async outputs(stack: string = this.#engine.options.stack): Promise<Outputs | undefined> {
    const prefetched = stack === this.#engine.options.stack ? this.#prefetched : undefined;
    this.#prefetched = undefined;
    return prefetched ?? this.#readOutputs(stack);
  }

  async #readOutputs(stack: string): Promise<Outputs | undefined> {
    const stdout = await this.#unlessMissing(["stack", "output", "--json"], stack);
    return stdout === undefined ? undefined : (JSON.parse(stdout) as Outputs);
  }

  /** Creates the stack in the state backend. @param secretsProvider - from its settings, e.g. `awskms://alias/…`. */
  async create(secretsProvider?: string, stack?: string): Promise<void> {
    const secrets = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    await this.#pulumi(["stack", "init", ...secrets, "--no-select"], stack);
  }

  /** Names of all stacks of this project in the state backend. */
  async stacks(): Promise<string[]> {
    const { stdout } = await this.#engine.ask(["stack", "ls", "--json"]);
    // Pulumi Cloud prefixes names with the organization.
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => basename(name));
  }

  /** Who holds the lock of this stack or another one; undefined when it is not locked. Writes nothing. */
  async lock(stack: string = this.#engine.options.stack): Promise<StackLock | undefined> {
    try {
      // Renaming a stack to its own name always fails, but the engine checks the lock first.
      await this.#engine.askPlainly(["stack", "rename", stack, "--stack", stack]);
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (error.kind === "locked") return readLock(error.detail());
      if (error.kind === "unknown" && /already exists/.test(error.detail())) return undefined;
      throw error;
    }
  }

  /** Removes the lock of a run that is no longer alive. The engine does not check that: call `lock` first. */
  async unlock(stack?: string): Promise<void> {
    await this.#pulumi(["cancel", "--yes"], stack);
  }

  /** A stack's whole state; secrets in it stay encrypted. Undefined when there is no such stack. */
  async exportOf(stack: string): Promise<ExportedState | undefined> {
    const stdout = await this.#unlessMissing(["stack", "export"], stack);
    return stdout === undefined ? undefined : (JSON.parse(stdout) as ExportedState);
  }

  /** Moves resources unchanged to another stack's state, without calling AWS. @param urns - in the source. */
  async moveResources(source: string, target: string, urns: readonly string[]): Promise<void> {
    await this.#engine.ask([
      "state",
      "move",
      "--yes",
      "--source",
      source,
      "--dest",
      target,
      ...urns,
    ]);
  }

  /** The resources of this stack or another one; none when it does not exist. */
  async resources(stack?: string): Promise<readonly StateResource[]> {
    const name = stack ?? this.#engine.options.stack;
    return (await this.exportOf(name))?.deployment.resources ?? [];
  }

  /**
   * Replaces the recorded outputs of the stack; nothing else of it changes. A state with pending operations
   * stays as it is: `pulumi stack import` drops them, and the next update recovers by them what was created.
   */
  async recordOutputs(outputs: object): Promise<void> {
    const state = await this.export();
    if (wasInterrupted(state)) return;
    const resources = state.deployment.resources?.map((resource) =>
      resource.type === STACK_TYPE ? { ...resource, outputs: { ...outputs } } : resource,
    );
    await this.import({ ...state, deployment: { ...state.deployment, resources } });
  }

  /** Removes a resource from a stack's state, because another stack's state holds it too. */
  async forget(stack: string, urn: string): Promise<void> {
    await this.#pulumi(["state", "delete", "--yes", "--force", urn], stack);
  }

  /** Removes a stack whose state holds no resources any more. */
  async remove(stack: string): Promise<void> {
    await this.#pulumi(["stack", "rm", "--yes", "--force"], stack);
  }

  /** This stack's whole state; an empty one when there is no such stack. */
  async export(): Promise<ExportedState> {
    return (await this.exportOf(this.#engine.options.stack)) ?? { deployment: {} };
  }

  /** Replaces this stack's state, without calling AWS. */
  async import(state: ExportedState): Promise<void> {
    await withTemporaryFolder("recovery", async (folder) => {
      const file = join(folder, "state.json");
      writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
      await this.#pulumi(["stack", "import", "--file", file]);
    });
  }

  /**
   * One access key of a customer with its secret, from the encrypted state; kept in memory only.
   *
   * @param stack - the customer's cell, when it is not in this stack.
   * @throws KeyMaterialError when the state does not hold it.
   * @throws EngineError when the state cannot be read.
   */
  async keyMaterial(
    customer: string,
    generation: number,
    stack = this.#engine.options.stack,
  ): Promise<KeyMaterial> {
    const { options, command } = this.#engine;
    const exported = await exportWithSecrets({ ...options, executable: command.command, stack });
    return keyMaterialIn(exported, `${customer}-${generation}`);
  }

  /**
   * Adds the secrets of access keys that the state has without one. They are encrypted in the state, and nowhere else.
   *
   * @param secrets - id of an access key → its secret.
   * @returns ids of the keys that got their secret; `interrupted` when the state has pending operations, which an
   *   import would drop, and nothing was changed.
   */
  async addSecrets(secrets: ReadonlyMap<string, Secret>): Promise<string[] | "interrupted"> {
    const exported = await this.export();
    if (wasInterrupted(exported)) return "interrupted";
    const { state, added } = withSecrets(exported, secrets);
    if (added.length === 0) return [];
    const { options, command } = this.#engine;
    await importSecrets({ ...options, executable: command.command }, state);
    return added;
  }

  #pulumi(args: string[], stack: string = this.#engine.options.stack) {
    return this.#engine.ask([...args, "--stack", stack]);
  }

  /** A command's output; undefined when there is no such stack. */
  async #unlessMissing(args: string[], stack: string): Promise<string | undefined> {
    try {
      return (await this.#pulumi(args, stack)).stdout;
    } catch (error) {
      if (error instanceof EngineError && error.kind === "noStack") return undefined;
      throw error;
    }
  }
}
