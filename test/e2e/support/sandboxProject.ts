import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "../../../automation/aws/client";
import type { Recovery, StateResource } from "../../../automation/engine/recovery";
import {
  type RunResult,
  type RunSettings,
  StackRunner,
} from "../../../automation/engine/stackRunner";
import { PROJECT } from "../../../sandbox/paths";
import { createAssumedRepositories } from "../../../sandbox/repositories";
import { type Sandbox, stateUrl } from "../../../sandbox/sandbox";
import { loadStackConfig } from "../../../src/config";
import { ProblemsError } from "../../../src/problem";
import { loadProject, type StackInput } from "../../../src/project";
import { declareStack } from "../../../src/stack/declareStack";
import { VENDOR } from "../../fixtures/vendor";

/** A vendor's project on disk, with a state of its own, deployed to a sandbox. */
export class SandboxProject {
  readonly directory: string;
  /** Environment that this project's engine has beside the sandbox's. */
  readonly engineSettings: Readonly<Record<string, string>>;
  /** The day that the next run takes for today. */
  today = "2026-11-23";
  readonly #sandbox: Sandbox;
  #runner!: StackRunner;

  private constructor(sandbox: Sandbox, engineSettings: Readonly<Record<string, string>>) {
    this.#sandbox = sandbox;
    this.engineSettings = engineSettings;
    this.directory = mkdtempSync(join(tmpdir(), "ecr-customers-"));
  }

  /**
   * Makes the project, its stack and the repositories it assumes.
   *
   * @param settings - text of `Pulumi.dev.yaml`; those of `test/fixtures/vendor` by default.
   * @param engineSettings - environment of the engine, beside the sandbox's.
   * @param name - the Pulumi project's; that of this repository by default. One with another name is in the same account as
   *   the suite's own, where the repositories exist.
   */
  static async create(
    sandbox: Sandbox,
    settings?: string,
    engineSettings: Readonly<Record<string, string>> = {},
    name?: string,
  ): Promise<SandboxProject> {
    const project = new SandboxProject(sandbox, engineSettings);
    const { directory } = project;
    const program = readFileSync(join(PROJECT, "Pulumi.yaml"), "utf8");
    const named = name === undefined ? program : program.replace(/^name: .*$/m, `name: ${name}`);
    writeFileSync(join(directory, "Pulumi.yaml"), named);
    cpSync(join(VENDOR, "Pulumi.dev.yaml"), join(directory, "Pulumi.dev.yaml"));
    if (settings !== undefined) project.settings(settings);
    mkdirSync(join(directory, "customers"));
    const catalogue = loadStackConfig(directory, "dev").config?.repositories ?? new Map();
    if (name === undefined) await createAssumedRepositories(sandbox.aws, catalogue);
    project.#runner = project.#runnerOf("dev");
    await project.#runner.state.create();
    return project;
  }

  #runnerOf(stack: string): StackRunner {
    return new StackRunner({
      projectDirectory: this.directory,
      stack,
      environment: this.environment,
      executable: this.#sandbox.engine.executable,
    });
  }

  /** The sandbox's environment with a state that is this project's own. */
  get environment(): Record<string, string> {
    const state = join(this.directory, "state");
    mkdirSync(state, { recursive: true });
    return {
      ...this.#sandbox.environment,
      ...this.engineSettings,
      PULUMI_BACKEND_URL: stateUrl(state),
    };
  }

  settings(text: string): void {
    writeFileSync(join(this.directory, "Pulumi.dev.yaml"), text);
  }

  /** Writes `customers/<id>.yaml`. */
  write(id: string, text: string): void {
    writeFileSync(join(this.directory, "customers", `${id}.yaml`), text);
  }

  remove(id: string): void {
    rmSync(join(this.directory, "customers", `${id}.yaml`));
  }

  /** Copies the customer files of `test/fixtures/vendor`. */
  useVendorCustomers(): void {
    cpSync(join(VENDOR, "customers"), join(this.directory, "customers"), { recursive: true });
  }

  /** @throws ProblemsError when a file is wrong. */
  load(): StackInput {
    const { input, problems } = loadProject(this.directory, "dev", this.today);
    if (input === undefined) throw new ProblemsError(problems);
    return input;
  }

  update(settings?: RunSettings): Promise<RunResult> {
    const input = this.load();
    return this.#runner.update(() => declareStack(input), settings);
  }

  preview(settings?: RunSettings): Promise<RunResult> {
    const input = this.load();
    return this.#runner.preview(() => declareStack(input), settings);
  }

  refresh(): Promise<RunResult> {
    return this.#runner.refresh();
  }

  destroy(): Promise<RunResult> {
    return this.#runner.destroy();
  }

  /** Ends the lock of a killed run, and nothing else. */
  unlock(): Promise<void> {
    return this.#runner.state.unlock();
  }

  /** Ends the lock of a killed run and settles what it had begun. */
  async recover(): Promise<Recovery | undefined> {
    await this.#runner.state.unlock();
    return this.#runner.recover(this.load().config, new AwsClient(this.#sandbox.aws));
  }

  outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#runner.state.outputs();
  }

  /** Records other outputs than the program's, as another version of it might have. */
  async recordOutputs(outputs: Readonly<Record<string, unknown>>): Promise<void> {
    const input = this.load();
    const program = async () => ({ ...(await declareStack(input)), ...outputs });
    await this.#runner.update(program);
  }

  /** Changes the users in the states of all stacks, as another version might have written them. @returns how many. */
  async editUsers(edit: (user: StateResource) => StateResource): Promise<number> {
    let count = 0;
    for (const stack of await this.#runner.state.stacks()) {
      const { state } = this.#runnerOf(stack);
      const exported = await state.export();
      const { deployment } = exported;
      const resources = (deployment.resources ?? []).map((one) => {
        if (one.type !== "aws:iam/user:User") return one;
        count += 1;
        return edit(one);
      });
      await state.import({ ...exported, deployment: { ...deployment, resources } });
    }
    return count;
  }

  discard(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
