import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, SANDBOX } from "../../sandbox/paths";
import { providerKind } from "../../sandbox/prepare";
import { installClients } from "../../sandbox/clients/install";
import { SANDBOX_REGION, type Sandbox } from "../../sandbox/sandbox";
import type { Command, Contestant, Operation } from "./contestant";
import { output } from "./output";
import { STACK, type Vendor } from "./vendor";

const ARGUMENTS: Record<Operation, readonly string[]> = {
  deploy: ["up", "--yes"],
  plan: ["preview", "--expect-no-changes"],
};

/** Variables passed on from the environment, for profiling. */
const PASSED_ON = ["NODE_OPTIONS", "PULUMI_OPTION_PROFILING", "ECR_CUSTOMERS_UNCHANGED_SDK"];

const KEY = "alias/pulumi-state";

/** This project, run as a user runs it, in a project folder of its own. */
export class Ours implements Contestant {
  readonly name: string;
  readonly #directory: string;
  readonly #sandbox: Sandbox;

  constructor(vendor: Vendor, sandbox: Sandbox, name = "this project") {
    this.name = name;
    this.#directory = vendor.directory;
    this.#sandbox = sandbox;
  }

  async versions(): Promise<string> {
    const engine = await output(this.#engine("version"));
    const provider = { local: "the sandbox's own AWS provider", plugin: "the AWS plugin" };
    return `Pulumi ${engine.trim()}, ${provider[providerKind()]}`;
  }

  async prepare(): Promise<void> {
    for (const file of ["package.json", "tsconfig.json"]) {
      cpSync(join(PROJECT, file), join(this.#directory, file));
    }
    symlinkSync(join(PROJECT, "node_modules"), join(this.#directory, "node_modules"));
    const provider = await this.#stateKey();
    await output(this.#engine("stack", "init", STACK, "--secrets-provider", provider));
  }

  command(operation: Operation): Command {
    return this.run(ARGUMENTS[operation]);
  }

  /** Any command of the script, for the stack that is measured. */
  run(args: readonly string[]): Command {
    const script = join(PROJECT, "automation", "customers.mjs");
    return { ...this.#place(), argv: [process.execPath, script, ...args, "--stack", STACK] };
  }

  /** Creates a key that encrypts the state's secrets, as in docs/aws-setup. */
  async #stateKey(): Promise<string> {
    await installClients(SANDBOX, this.#sandbox.engine, console.error);
    const kms = (...args: string[]) => output({ ...this.#place(), argv: ["aws", "kms", ...args] });
    const made = await kms("create-key", "--query", "KeyMetadata.KeyId", "--output", "text");
    await kms("create-alias", "--alias-name", KEY, "--target-key-id", made.trim());
    return `awskms://${KEY}?region=${SANDBOX_REGION}`;
  }

  #engine(...args: string[]): Command {
    return { ...this.#place(), argv: [this.#sandbox.engine.executable, ...args] };
  }

  #place() {
    const passedOn = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
    return { cwd: this.#directory, env: { ...this.#sandbox.environment, ...passedOn } };
  }
}
