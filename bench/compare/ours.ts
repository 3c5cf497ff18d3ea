import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../sandbox/paths";
import { providerKind } from "../../sandbox/prepare";
import type { Sandbox } from "../../sandbox/sandbox";
import type { Command, Contestant, Operation } from "./contestant";
import { output } from "./output";
import { STACK, type Vendor } from "./vendor";

const ARGUMENTS: Record<Operation, readonly string[]> = {
  deploy: ["up", "--yes"],
  plan: ["preview", "--expect-no-changes"],
};

/** Of the caller's environment, to profile where the time goes: all Node processes, and the engine. */
const PASSED_ON = ["NODE_OPTIONS", "PULUMI_OPTION_PROFILING"];

/** This project, run as its user runs it, in a project folder of its own. */
export class Ours implements Contestant {
  readonly name = "this project";
  readonly #directory: string;
  readonly #sandbox: Sandbox;

  constructor(vendor: Vendor, sandbox: Sandbox) {
    this.#directory = vendor.directory;
    this.#sandbox = sandbox;
  }

  async versions(): Promise<string> {
    const engine = await output(this.#engine("version"));
    const provider = { local: "the sandbox's own AWS provider", plugin: "the AWS plugin" };
    return `Pulumi ${engine.trim()}, ${provider[providerKind()]}`;
  }

  async prepare(): Promise<void> {
    for (const file of ["Pulumi.yaml", "package.json", "tsconfig.json"]) {
      cpSync(join(PROJECT, file), join(this.#directory, file));
    }
    symlinkSync(join(PROJECT, "node_modules"), join(this.#directory, "node_modules"));
    await output(this.#engine("stack", "init", STACK));
  }

  command(operation: Operation): Command {
    const script = join(PROJECT, "automation", "cli.ts");
    const argv = [process.execPath, "--import", "tsx", script, ...ARGUMENTS[operation]] as const;
    return { ...this.#place(), argv: [...argv, "--stack", STACK] };
  }

  #engine(...args: string[]): Command {
    return { ...this.#place(), argv: [this.#sandbox.engine.executable, ...args] };
  }

  #place() {
    const passedOn = Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]]));
    return { cwd: this.#directory, env: { ...this.#sandbox.environment, ...passedOn } };
  }
}
