/** Shows where the project's name comes from, which is in the `Id` of every repository's policy. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadProjectName } from "../src/projectName";

describe("the project's name", () => {
  const directory = mkdtempSync(join(tmpdir(), "ecr-customers-project-"));
  after(() => rmSync(directory, { recursive: true, force: true }));

  it("is missing without a Pulumi.yaml, and the problem says what to write", () => {
    const { name, problem } = loadProjectName(join(directory, "nowhere"));
    expect(name).to.equal(undefined);
    expect(problem).to.include({
      check: "project-name",
      message: "expected the name of the Pulumi project, got no such file or folder",
      fix: "Write e.g. `name: ecr-customers`; never change it later, because every resource in the state contains it.",
    });
  });

  for (const [text, found] of [
    ["runtime: nodejs\n", "none"],
    ["name: [a]\n", "a list"],
    ["name: a b\n", '"a b"'],
    ["name: a/b\n", '"a/b"'],
  ] as const) {
    it(`is not taken from ${JSON.stringify(text)}`, () => {
      writeFileSync(join(directory, "Pulumi.yaml"), text);
      const { problem } = loadProjectName(directory);
      expect(problem?.message).to.match(/^expected the name of the Pulumi project, got /);
      expect(problem?.message).to.include(found);
    });
  }

  it("is the name in Pulumi.yaml", () => {
    writeFileSync(join(directory, "Pulumi.yaml"), "name: vendor-registry\nruntime: nodejs\n");
    expect(loadProjectName(directory)).to.deep.equal({ name: "vendor-registry" });
  });
});
