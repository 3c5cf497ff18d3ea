import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../sandbox/paths";
import { type Sandbox, SANDBOX_REGION } from "../../sandbox/sandbox";
import type { Command, Contestant, Operation } from "./contestant";
import { output } from "./output";
import type { Vendor } from "./vendor";

const ARGUMENTS: Record<Operation, readonly string[]> = {
  deploy: ["apply", "-auto-approve", "-input=false", "-no-color"],
  // Exits with 2 when there are changes.
  plan: ["plan", "-detailed-exitcode", "-input=false", "-no-color"],
};

/** Variables passed on from the environment: where providers come from, and flags such as `-parallelism`. */
const PASSED_ON = ["TF_CLI_CONFIG_FILE", "TF_CLI_ARGS_apply", "TF_CLI_ARGS_plan"];

/** The same job in Terraform (bench/terraform), with its state on the local disk. */
export class Terraform implements Contestant {
  readonly name: string;
  readonly #directory: string;
  readonly #vendor: Vendor;
  readonly #sandbox: Sandbox;

  readonly #parallelism: readonly string[];

  /** @param parallelism - how many operations at the same time; Terraform's default without it. */
  constructor(vendor: Vendor, sandbox: Sandbox, parallelism?: number) {
    this.#parallelism = parallelism === undefined ? [] : [`-parallelism=${parallelism}`];
    this.name = ["Terraform", ...this.#parallelism].join(" ");
    this.#vendor = vendor;
    this.#sandbox = sandbox;
    this.#directory = join(vendor.directory, "terraform");
  }

  /** Known after `prepare`. */
  async versions(): Promise<string> {
    const answer = JSON.parse(await output(this.#terraform("version", "-json"))) as {
      terraform_version: string;
      provider_selections: Record<string, string>;
    };
    const [provider] = Object.values(answer.provider_selections);
    return `Terraform ${answer.terraform_version}, AWS provider ${provider}`;
  }

  async prepare(): Promise<void> {
    mkdirSync(this.#directory);
    cpSync(join(PROJECT, "bench", "terraform"), this.#directory, { recursive: true });
    const { customers, repositories } = this.#vendor;
    const variables = { customers, repositories, region: SANDBOX_REGION };
    writeFileSync(
      join(this.#directory, "terraform.tfvars.json"),
      JSON.stringify(variables, undefined, 2),
    );
    await output(this.#terraform("init", "-input=false", "-no-color"));
  }

  command(operation: Operation): Command {
    return this.#terraform(...ARGUMENTS[operation], ...this.#parallelism);
  }

  #terraform(...args: string[]): Command {
    const passedOn = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
    const env = { ...this.#sandbox.environment, ...passedOn, CHECKPOINT_DISABLE: "1" };
    return { argv: ["terraform", ...args], cwd: this.#directory, env };
  }
}

/** Whether there is a `terraform` on PATH. */
export async function hasTerraform(): Promise<boolean> {
  return output({ argv: ["terraform", "version"], cwd: ".", env: process.env }).then(
    () => true,
    () => false,
  );
}
