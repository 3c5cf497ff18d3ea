import type { StackInput } from "../../src/project";
import { declareStack } from "../../src/stack/declareStack";
import type { AwsClient } from "../aws/client";
import type { Recovery } from "../engine/recovery";
import type { RunResult, RunSettings, StackRunner } from "../engine/stackRunner";

/** How a run ended, over all the stacks that it is made of. */
export interface DeploymentResult extends RunResult {
  /** What a killed run had left, and how it was settled. */
  recovery?: Recovery;
  /** Names of the users that AWS has, when it was asked. */
  users?: ReadonlySet<string>;
}

/** A part of a stack's customers, and whether the repositories' policies belong to it. */
export interface Scope {
  includes(customer: string): boolean;
  policies: boolean;
}

/**
 * What `preview`, `up` and `destroy` drive. The program runs inline with the very input that was
 * checked and shown: files that change meanwhile do not count (docs/architecture.md, "Limits").
 */
export interface Deployment {
  /** What of the stack it updates; the rest is updated elsewhere (`--cell`). */
  readonly scope: Scope;
  preview(input: StackInput, settings?: RunSettings): Promise<DeploymentResult>;
  /** Updates, and settles what a killed run has left. */
  update(input: StackInput, settings?: RunSettings): Promise<DeploymentResult>;
  /** What `destroy` would delete. */
  previewDestroy(input: StackInput, settings?: RunSettings): Promise<DeploymentResult>;
  destroy(input: StackInput, settings?: RunSettings): Promise<DeploymentResult>;
  /** What the last update recorded; undefined without one. */
  outputs(): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Ends at once whatever runs. */
  terminate(): void;
}

/** All customers in one stack. */
export class SingleStack implements Deployment {
  readonly scope = { includes: () => true, policies: true };
  readonly #runner: StackRunner;
  readonly #aws: () => Promise<AwsClient>;

  /** @param aws - opens it: it loads slowly, and a preview does without. */
  constructor(runner: StackRunner, aws: () => Promise<AwsClient>) {
    this.#runner = runner;
    this.#aws = aws;
  }

  preview(input: StackInput, settings?: RunSettings): Promise<DeploymentResult> {
    return this.#runner.preview(() => declareStack(input), settings);
  }

  async update(input: StackInput, settings?: RunSettings): Promise<DeploymentResult> {
    const program = () => declareStack(input);
    const aws = await this.#aws();
    return this.#runner.updateAndRecover(program, input.config.account, aws, settings);
  }

  previewDestroy(_input: StackInput, settings?: RunSettings): Promise<DeploymentResult> {
    return this.#runner.preview(() => Promise.resolve({}), settings);
  }

  async destroy(input: StackInput, settings?: RunSettings): Promise<DeploymentResult> {
    await this.#runner.recover(input.config.account, await this.#aws());
    return this.#runner.destroy(settings);
  }

  outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#runner.state.outputs();
  }

  terminate(): void {
    this.#runner.terminate();
  }
}
