/**
 * Proves that commands and options are completed, and that bash does so with the script that is printed.
 * Runs bash where there is one.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { projectFolder } from "../support/project";
import { script } from "../support/script";

const ROOT = join(__dirname, "../../..");

describe("the shell's completion", () => {
  const directory = projectFolder({});

  async function completed(...words: string[]): Promise<string[]> {
    const argv = ["--get-yargs-completions", "ecr-customers", ...words];
    const { code, stdout } = await script(argv, { directory });
    expect(code).to.equal(0);
    return stdout.trimEnd().split("\n");
  }

  it("knows the commands, those of a group, and each command's own options", async () => {
    expect(await completed("")).to.include.members(["validate", "up", "keys", "completion"]);
    expect(await completed("keys", "")).to.include.members(["status", "rotate", "retire"]);
    expect(await completed("up", "--")).to.include.members(["--allow-revocations", "--stack"]);
    expect(await completed("keys", "retire", "--")).to.include("--idle-days");
    expect(await completed("access", "--")).not.to.include("--idle-days");
  });

  it("is printed as a function and a script, and as JSON", async () => {
    const environment = { SHELL: "/usr/bin/fish" };
    expect((await script(["completion"], { directory, environment })).stdout).to.contain(
      "function ecr-customers; npm run --silent customers -- $argv; end",
    );
    const json = (await script(["completion", "--json"], { directory })).stdout;
    expect(JSON.parse(json)).to.have.property("script").that.contains("ecr-customers() {");
  });

  it("works in bash", function () {
    this.timeout(60_000);
    const program = `
      source <(SHELL=/bin/bash node --import tsx automation/cli.ts completion)
      npm() { shift 4; node --import tsx automation/cli.ts "$@"; }
      COMP_WORDS=(ecr-customers keys r) COMP_CWORD=2
      _ecr-customers_yargs_completions && echo "\${COMPREPLY[@]}"`;
    const stdout = execFileSync("bash", ["-c", program], { cwd: ROOT, encoding: "utf8" });
    expect(stdout).to.equal("rotate retire\n");
  });
});
