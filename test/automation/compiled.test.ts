/**
 * Proves that `npm run customers` runs the script from its current sources: compiled once, compiled again after an
 * edit, through tsx where it cannot be compiled, and with the error when a source has a mistake. bench/ measures
 * how much faster it starts.
 */
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "../..");
const COPIED = ["automation", "src", "schemas", "customers", "package.json", "package-lock.json"];

describe("the compiled script", function () {
  this.timeout(30_000);
  let directory: string;
  let modules: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ecr-customers-compiled-"));
    for (const name of [...COPIED, "Pulumi.yaml", "Pulumi.dev.yaml"]) {
      cpSync(join(ROOT, name), join(directory, name), { recursive: true });
    }
    // The installed packages, and a cache of its own.
    modules = join(directory, "node_modules");
    mkdirSync(modules);
    const packages = readdirSync(join(ROOT, "node_modules")).filter((name) => name !== ".cache");
    for (const name of packages) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function run(...argv: string[]) {
    const script = join(directory, "automation/customers.mjs");
    return spawnSync(process.execPath, [script, ...argv], { cwd: directory, encoding: "utf8" });
  }

  function cached(): string[] {
    return readdirSync(join(modules, ".cache", "ecr-customers"));
  }

  function editValidate(from: string, to: string): void {
    const file = join(directory, "automation/commands/validate.ts");
    const text = readFileSync(file, "utf8");
    expect(text).to.contain(from);
    writeFileSync(file, text.replaceAll(from, to));
  }

  it("is compiled by the first run and used by the next", () => {
    const first = run("validate");
    expect([first.status, first.stderr]).to.deep.equal([0, ""]);
    expect(first.stdout).to.match(/^dev: \d+ customers, no problems\n/);
    const [folder = "", ...others] = cached();
    expect(others).to.deep.equal([]);
    // What runs is that file: an edit of it shows.
    const program = join(modules, ".cache", "ecr-customers", folder, "cli.js");
    appendFileSync(program, 'process.stdout.write("from the cache\\n");\n');
    expect(run("validate").stdout).to.match(/^from the cache\ndev: /);
    expect(readdirSync(join(modules, ".cache", "ecr-customers", folder))).to.include("worker.js");
  });

  it("is made anew after an edit, and the old one is taken away", () => {
    run("validate");
    const before = cached();
    editValidate("no problems", "not a single problem");
    expect(run("validate").stdout).to.contain("not a single problem");
    expect(cached()).to.have.length(1).and.not.to.deep.equal(before);
  });

  it("finds the files that lie next to its sources", () => {
    writeFileSync(join(directory, "export.csv"), "Account ID,Account Name\n0011,Acme\n");
    const { status, stderr } = run("import", "export.csv", "--suggest", "mapping.yaml");
    expect(status, stderr).to.equal(0);
    // By a ready mapping that knows these headers, with the schema for editors.
    const suggested = readFileSync(join(directory, "mapping.yaml"), "utf8");
    expect(suggested).to.contain("mapping.schema.json").and.contain("Account ID");
  });

  it("is not needed: where the cache cannot be written, tsx runs the sources", () => {
    writeFileSync(join(modules, ".cache"), "in the way");
    const { status, stdout, stderr } = run("validate");
    expect([status, stderr]).to.deep.equal([0, ""]);
    expect(stdout).to.match(/^dev: \d+ customers, no problems\n/);
  });

  it("reports where a source has a mistake", () => {
    editValidate("export const validate", "export const = validate");
    const { status, stderr } = run("validate");
    expect(status).not.to.equal(0);
    expect(stderr).to.contain("validate.ts");
  });
});
