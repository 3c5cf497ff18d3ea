/** Proves that a project's file serves in another folder: without `main`, and with the same state. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { copyProjectFile } from "../../../automation/files/stackFiles";

describe("the copy of a project's file", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "stack-files-"));
    for (const name of ["vendor", "cell"]) mkdirSync(join(root, name));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function copied(text: string): unknown {
    writeFileSync(join(root, "vendor", "Pulumi.yaml"), text);
    copyProjectFile(join(root, "vendor"), join(root, "cell"));
    return parse(readFileSync(join(root, "cell", "Pulumi.yaml"), "utf8"));
  }

  it("has no `main`, which the engine would look for beside it", () => {
    const runtime = { name: "nodejs", options: { typescript: false } };
    const text =
      "name: vendor\nmain: index.ts\nruntime: {name: nodejs, options: {typescript: false}}\n";
    expect(copied(text)).to.deep.equal({ name: "vendor", runtime });
  });

  it("names a state in the project's folder by its absolute path", () => {
    const url = `file://${join(root, "vendor", "state")}`;
    const expected = { name: "vendor", runtime: "nodejs", backend: { url } };
    for (const relative of ["file://./state", "file://state"]) {
      const text = `name: vendor\nruntime: nodejs\nbackend: {url: "${relative}"}\n`;
      expect(copied(text), relative).to.deep.equal(expected);
    }
  });

  for (const url of ["s3://states/prod?region=eu-central-1", "file:///var/state", "file://~"]) {
    it(`leaves a state at ${url}`, () => {
      const text = `name: vendor\nruntime: nodejs\nbackend: {url: "${url}"}\n`;
      expect(copied(text)).to.deep.equal({ name: "vendor", runtime: "nodejs", backend: { url } });
    });
  }
});
