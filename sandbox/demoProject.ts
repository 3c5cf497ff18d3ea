import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ProblemsError } from "../src/problem";
import { loadProject, type StackInput } from "../src/project";
import { SandboxError } from "./aws/sandboxError";
import { PROJECT } from "./paths";
import { askTool } from "./tool";

const COPIED = ["Pulumi.yaml", "index.ts", "package.json", "src", "tsconfig.json"];
const STACK = "dev";

/** The demo's own settings and customer files: those of the project are the user's to edit. */
const VENDOR = join(__dirname, "demoVendor");

/** A copy of this project, for a vendor of its own, that can be edited and deployed. */
export class DemoProject {
  readonly directory: string;
  readonly log: string;
  readonly environment: Readonly<Record<string, string>>;

  /** @param directory - is emptied first. */
  constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.log = join(directory, "pulumi.log");
    this.environment = environment;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const entry of COPIED) {
      cpSync(join(PROJECT, entry), join(directory, entry), { recursive: true });
    }
    cpSync(VENDOR, directory, { recursive: true });
    symlinkSync(join(PROJECT, "node_modules"), join(directory, "node_modules"));
  }

  /** @throws ProblemsError when a customer file is wrong. */
  load(): StackInput {
    const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
    const { input, problems } = loadProject(this.directory, STACK, today);
    if (input === undefined) throw new ProblemsError(problems);
    return input;
  }

  customerFile(id: string): string {
    return join(this.directory, "customers", `${id}.yaml`);
  }

  editCustomer(id: string, edit: (text: string) => string): void {
    const file = this.customerFile(id);
    writeFileSync(file, edit(readFileSync(file, "utf8")));
  }

  /**
   * Runs the real `pulumi` in this project, as a user would.
   *
   * @returns its output, which is appended to the log as well.
   * @throws SandboxError when it fails.
   */
  async pulumi(...args: readonly string[]): Promise<string> {
    const command = [...args, "--stack", STACK, "--non-interactive", "--color", "never"];
    const { code, output } = await askTool("pulumi", command, {
      cwd: this.directory,
      env: this.environment,
    });
    appendFileSync(this.log, `$ pulumi ${command.join(" ")}\n${output}\n`);
    if (code === 0) return output;
    throw new SandboxError(
      `\`pulumi ${args.join(" ")}\` exited with ${code}\n${output}`,
      `Its complete output is in ${this.log}.`,
    );
  }
}
