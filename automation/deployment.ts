import type { StackInput } from "../src/project";
import { declareStack } from "../src/stack/declareStack";
import type { AwsClient } from "./awsClient";
import type { Recovery } from "./recovery";
import type { RunResult, RunSettings, StackRunner } from "./stackRunner";

/**
 * What `preview`, `up` and `destroy` drive. The program runs inline with the very input that was
 * checked and shown: files that change meanwhile do not count (DESIGN §6).
 */
export interface Deployment {
  preview(input: StackInput, settings?: RunSettings): Promise<RunResult>;
  update(input: StackInput, settings?: RunSettings): Promise<RunResult>;
  /** What `destroy` would delete. */
  previewDestroy(settings?: RunSettings): Promise<RunResult>;
  destroy(settings?: RunSettings): Promise<RunResult>;
  /** What the last update recorded; undefined without one. */
  outputs(): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Settles what a killed run has left; undefined when there was nothing. */
  recover(account: string, aws: AwsClient): Promise<Recovery | undefined>;
  /** Ends at once whatever runs. */
  kill(): void;
}

/** All customers in one stack. */
export class SingleStack implements Deployment {
  readonly #runner: StackRunner;

  constructor(runner: StackRunner) {
    this.#runner = runner;
  }

  preview(input: StackInput, settings?: RunSettings): Promise<RunResult> {
    return this.#runner.preview(() => declareStack(input), settings);
  }

  update(input: StackInput, settings?: RunSettings): Promise<RunResult> {
    return this.#runner.update(() => declareStack(input), settings);
  }

  previewDestroy(settings?: RunSettings): Promise<RunResult> {
    return this.#runner.preview(() => Promise.resolve({}), settings);
  }

  destroy(settings?: RunSettings): Promise<RunResult> {
    return this.#runner.destroy(settings);
  }

  outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#runner.outputs();
  }

  recover(account: string, aws: AwsClient): Promise<Recovery | undefined> {
    return this.#runner.recover(account, aws);
  }

  kill(): void {
    this.#runner.kill();
  }
}
