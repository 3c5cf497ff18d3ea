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
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { VENDOR } from "../fixtures/vendor";

const DAY = 24 * 60 * 60 * 1000;
const ROOT = join(__dirname, "../..");
const COPIED = ["automation", "src", "schemas", "package.json", "package-lock.json"];

describe("the compiled script", function () {
  this.timeout(30_000);
  let directory: string;
  let modules: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ecr-customers-compiled-"));
    for (const name of [...COPIED, "Pulumi.yaml"]) {
      cpSync(join(ROOT, name), join(directory, name), { recursive: true });
    }
    cpSync(VENDOR, directory, { recursive: true });
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

  function cache(): string {
    return join(modules, ".cache", "ecr-customers");
  }

  function cached(): string[] {
    return readdirSync(cache());
  }

  function makeOld(name: string, days: number): void {
    const time = (Date.now() - days * DAY) / 1000;
    utimesSync(join(cache(), name), time, time);
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
    const program = join(cache(), folder, "cli.js");
    appendFileSync(program, 'process.stdout.write("from the cache\\n");\n');
    expect(run("validate").stdout).to.match(/^from the cache\ndev: /);
    expect(readdirSync(join(cache(), folder))).to.include("worker.js");
  });

  it("is compiled again after an edit, and the old version stays for scripts that still run", () => {
    run("validate");
    const [old] = cached();
    editValidate("no problems", "not a single problem");
    expect(run("validate").stdout).to.contain("not a single problem");
    expect(cached()).to.have.length(2).and.to.include(old);
  });

  it("is deleted after a week without use, and not while it is used", () => {
    run("validate");
    const [old = ""] = cached();
    expect(cached()).to.have.length(1);
    editValidate("no problems", "not a single problem");
    run("validate");
    const [used = ""] = cached().filter((name) => name !== old);
    makeOld(old, 6);
    makeOld(used, 8);
    run("validate");
    expect(cached()).to.have.members([old, used]);
    expect(Date.now() - statSync(join(cache(), used)).mtimeMs).to.be.lessThan(DAY);
    makeOld(old, 8);
    run("validate");
    expect(cached()).to.deep.equal([used]);
  });

  it("leaves no temporary folder, also not that of a process that was killed", () => {
    run("validate");
    mkdirSync(join(cache(), ".new-killed"));
    makeOld(".new-killed", 1 / 24);
    mkdirSync(join(cache(), ".new-running"));
    run("validate");
    expect(cached().filter((name) => name.startsWith(".new-"))).to.deep.equal([".new-running"]);
  });

  it("finds the files next to its sources", () => {
    writeFileSync(join(directory, "export.csv"), "Account ID,Account Name\n0011,Acme\n");
    const { status, stderr } = run("import", "export.csv", "--suggest", "mapping.yaml");
    expect(status, stderr).to.equal(0);
    // From a ready mapping with these headers, with the schema for editors.
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
