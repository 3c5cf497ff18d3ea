import { isBeingAdopted } from "../../src/customers/identity";
import type { StackInput } from "../../src/project";
import { declareAdopted, declareStack } from "../../src/stack/declareStack";
import type { AwsClient } from "../aws/client";
import type { StackOutputs } from "../../src/stack/outputs";
import type { StateResource } from "../engine/recovery";
import { userUrns } from "../plan/newUsers";
import type { RecoveredRun, RunSettings, StackRunner } from "../engine/stackRunner";

/** How a run ended, over all of its stacks. */
export interface DeploymentResult extends RecoveredRun {
  /** Names of the users in AWS, if they were read. */
  users?: ReadonlySet<string>;
}

/** How a run is made. */
export interface DeploymentSettings extends Omit<RunSettings, "replace" | "target"> {
  /** Ids of customers whose user is replaced, although the engine by itself would keep it (plan/newUsers.ts). */
  replacedUsers?: readonly string[];
}

/** A part of a stack's customers, and whether it includes the repository policies. */
export interface Scope {
  includes(customer: string): boolean;
  policies: boolean;
}

/**
 * What `preview`, `up` and `destroy` drive. The program runs inline with the very input that was
 * checked and shown: files that change meanwhile do not count (docs/architecture.md, "Limits").
 */
export interface Deployment {
  /** The part of the stack that it updates; the rest is updated elsewhere (`--cell`). */
  readonly scope: Scope;
  preview(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult>;
  /** Updates, and recovers what a killed run has left. */
  update(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult>;
  /**
   * Takes what exists in AWS and `input.adoption` names into the state; writes nothing in AWS. Without it, the
   * deployment cannot adopt.
   */
  adopt?(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult>;
  /** What `destroy` would delete. */
  previewDestroy(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult>;
  destroy(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult>;
  /** What the last update recorded; undefined without one. */
  outputs(): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The resources in the state of all its stacks. @throws EngineError when it cannot be read. */
  resources(): Promise<readonly StateResource[]>;
  /** Replaces what the last update has recorded. @throws EngineError when the state cannot be written. */
  record(outputs: StackOutputs): Promise<void>;
  /** Ends at once whatever runs. */
  terminate(): void;
}

function inOneStack(
  { config }: StackInput,
  { replacedUsers = [], ...settings }: DeploymentSettings = {},
): RunSettings {
  return { ...settings, replace: userUrns(replacedUsers, config) };
}

/** All customers in one stack. */
export class SingleStack implements Deployment {
  readonly scope = { includes: () => true, policies: true };
  readonly #runner: StackRunner;
  readonly #aws: () => Promise<AwsClient>;

  /** @param aws - opens the client, which loads slowly and which a preview does not need. */
  constructor(runner: StackRunner, aws: () => Promise<AwsClient>) {
    this.#runner = runner;
    this.#aws = aws;
  }

  preview(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult> {
    return this.#runner.preview(() => declareStack(input), inOneStack(input, settings));
  }

  async update(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult> {
    const program = () => declareStack(input);
    const aws = await this.#aws();
    return this.#runner.updateAndRecover(program, input.config, aws, {
      ...inOneStack(input, settings),
      takesRepositories: input.customers.some(isBeingAdopted),
    });
  }

  async adopt(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult> {
    const { config, adoption = new Map() } = input;
    // What is recorded stays: this run changes no one's access.
    const recorded = (await this.outputs()) ?? {};
    const program = () => {
      declareAdopted(input);
      return Promise.resolve({ ...recorded });
    };
    const prefix = `urn:pulumi:${config.stack}::${config.project}::`;
    const target = [...adoption.keys()].map((name) => `${prefix}${name}`);
    return this.#runner.updateAndRecover(program, config, await this.#aws(), {
      ...settings,
      target,
    });
  }

  previewDestroy(_input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult> {
    return this.#runner.preview(() => Promise.resolve({}), settings);
  }

  async destroy(input: StackInput, settings?: DeploymentSettings): Promise<DeploymentResult> {
    await this.#runner.recover(input.config, await this.#aws());
    return this.#runner.destroy(settings);
  }

  outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#runner.state.outputs();
  }

  resources(): Promise<readonly StateResource[]> {
    return this.#runner.state.resources();
  }

  record(outputs: StackOutputs): Promise<void> {
    return this.#runner.state.recordOutputs(outputs);
  }

  terminate(): void {
    this.#runner.terminate();
  }
}
