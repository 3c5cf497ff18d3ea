import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Engine } from "./engine";
import { EngineError } from "./errors";
import { STACK_TYPE } from "./events";
import { keyMaterialIn, type KeyMaterial } from "./keyMaterial";
import { stateKeys, type StateKeys } from "./stateKeys";
import type { ExportedState } from "./recovery";
import { exportWithSecrets } from "./secretExport";
import { readLock, type StackLock } from "./stackLock";

/** What a stack's last update recorded, by name. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * What the engine keeps of a stack, and what is done to that without a run of a program: AWS is never asked.
 * Every method throws an `EngineError` when the engine cannot do it.
 */
export class StackState {
  readonly #engine: Engine;
  /** What `outputs` answers when it is asked for the first time. */
  #asked: Promise<Outputs | undefined> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Asks for this stack's outputs already, so that `outputs` answers sooner. */
  askOutputs(): void {
    this.#asked = this.#readOutputs(this.#engine.options.stack);
    // Told when they are awaited.
    this.#asked.catch(() => {});
  }

  /**
   * The recorded outputs of this stack, or of another one of the same project; undefined when it
   * does not exist yet.
   */
  async outputs(stack: string = this.#engine.options.stack): Promise<Outputs | undefined> {
    const asked = stack === this.#engine.options.stack ? this.#asked : undefined;
    this.#asked = undefined;
    return asked ?? this.#readOutputs(stack);
  }

  async #readOutputs(stack: string): Promise<Outputs | undefined> {
    const stdout = await this.#unlessMissing(["stack", "output", "--json"], stack);
    return stdout === undefined ? undefined : (JSON.parse(stdout) as Outputs);
  }

  /** The access keys that the stack has made, without their secrets; none before the first update. */
  async accessKeys(): Promise<StateKeys> {
    return stateKeys(await this.export());
  }

  /** Makes the stack in the state backend. @param secretsProvider - of its settings, e.g. `awskms://alias/…`. */
  async create(secretsProvider?: string, stack?: string): Promise<void> {
    const secrets = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
    await this.#pulumi(["stack", "init", ...secrets, "--no-select"], stack);
  }

  /** Names of all stacks of this project in the state backend. */
  async stacks(): Promise<string[]> {
    const { stdout } = await this.#engine.ask(["stack", "ls", "--json"]);
    // Pulumi Cloud puts the organization before it.
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => basename(name));
  }

  /** Who holds the lock of this stack or another one; undefined when nobody does. Writes nothing. */
  async lock(stack: string = this.#engine.options.stack): Promise<StackLock | undefined> {
    try {
      // Renaming a stack to its own name fails, after it has looked whether it may.
      await this.#engine.askPlainly(["stack", "rename", stack, "--stack", stack]);
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

  /** All of it as it is; what is secret in it stays encrypted. Undefined when there is no such stack. */
  async exportOf(stack: string): Promise<ExportedState | undefined> {
    const stdout = await this.#unlessMissing(["stack", "export"], stack);
    return stdout === undefined ? undefined : (JSON.parse(stdout) as ExportedState);
  }

  /** Moves resources to another stack's state, as they are; AWS is not asked. URNs of the source. */
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

  /** Records other outputs of the stack; nothing else of it changes. */
  async recordOutputs(outputs: object): Promise<void> {
    const state = await this.export();
    const resources = state.deployment.resources?.map((resource) =>
      resource.type === STACK_TYPE ? { ...resource, outputs: { ...outputs } } : resource,
    );
    await this.import({ ...state, deployment: { ...state.deployment, resources } });
  }

  /** Forgets a resource that another stack's state holds too. */
  async forget(stack: string, urn: string): Promise<void> {
    await this.#pulumi(["state", "delete", "--yes", "--force", urn], stack);
  }

  /** Takes a stack away that holds nothing any more. */
  async remove(stack: string): Promise<void> {
    await this.#pulumi(["stack", "rm", "--yes", "--force"], stack);
  }

  /** All of this stack's; an empty one when there is no such stack. */
  async export(): Promise<ExportedState> {
    return (await this.exportOf(this.#engine.options.stack)) ?? { deployment: {} };
  }

  /** Puts another state in the place of this stack's. AWS is not asked. */
  async import(state: ExportedState): Promise<void> {
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
    stack = this.#engine.options.stack,
  ): Promise<KeyMaterial> {
    const { options, command } = this.#engine;
    const exported = await exportWithSecrets({ ...options, executable: command.command, stack });
    return keyMaterialIn(exported, `${customer}-${generation}`);
  }

  #pulumi(args: string[], stack: string = this.#engine.options.stack) {
    return this.#engine.ask([...args, "--stack", stack]);
  }

  /** What a command writes; undefined when there is no such stack. */
  async #unlessMissing(args: string[], stack: string): Promise<string | undefined> {
    try {
      return (await this.#pulumi(args, stack)).stdout;
    } catch (error) {
      if (error instanceof EngineError && error.kind === "noStack") return undefined;
      throw error;
    }
  }
}
