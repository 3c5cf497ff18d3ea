/**
 * Proves that a user may replace the samples: with one other customer and a catalogue of other names,
 * format, schemas and the tests beside the samples' own pass in a copy of this repository. It runs the suites
 * that are about files, settings and pages; `npx tsx scripts/otherSamples.ts` makes a copy for all the others.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { copyWithOtherSamples } from "../scripts/otherSamples";

const SUITES = [
  "test/samples.test.ts",
  "test/readme.test.ts",
  "test/codeowners.test.ts",
  "test/config.test.ts",
  "test/awsSetup/roles.test.ts",
];

describe("a copy of the repository with other samples", function () {
  this.timeout(240_000);
  let directory: string;

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "ecr-customers-samples-"));
    copyWithOtherSamples(directory);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  function run(bin: string, ...args: string[]) {
    const argv = [join(directory, "node_modules", bin), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
      cwd: directory,
      encoding: "utf8",
    });
    return { status, output: stdout + stderr };
  }

  it("passes the check of the format, whatever the layout of a customer file", () => {
    const { status, output } = run("prettier/bin/prettier.cjs", "--check", "*.yaml", "customers");
    expect(status, output).to.equal(0);
    // The file itself would not pass: it is left alone on purpose.
    const options = ["--check", "--ignore-path", "/dev/null", "customers"];
    expect(run("prettier/bin/prettier.cjs", ...options).status).to.equal(1);
  });

  it("passes the check of the schemas", () => {
    const argv = ["--import", "tsx", "scripts/schema.ts", "--check"];
    execFileSync(process.execPath, argv, { cwd: directory, stdio: "pipe" });
  });

  it("passes the tests about files, settings and pages", () => {
    const { status, output } = run("mocha/bin/mocha.js", "--no-parallel", ...SUITES);
    expect(status, output).to.equal(0);
    expect(output).to.contain("load without a problem for Pulumi.prod.yaml");
  });
});
