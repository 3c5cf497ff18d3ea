/**
 * Proves that the threat model's table of requirements names a test for each of R1 to R35, and only tests that
 * exist. That a test fails when its requirement is broken is for the test itself.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "..");
const COUNT = 35;

/** Requirement → the tests that its row names. */
function testsOf(text: string): Map<string, string[]> {
  const rows = [...text.matchAll(/^\| (R\d+) +\|(.*)\|(.*)\|$/gm)];
  return new Map(
    rows.map(([, name = "", , tests = ""]) => [
      name,
      [...tests.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
    ]),
  );
}

describe("the requirements of the threat model", () => {
  const tests = testsOf(readFileSync(join(ROOT, "docs/threat-model.md"), "utf8"));

  it("are all there, each with a test", () => {
    const names = Array.from({ length: COUNT }, (_, at) => `R${at + 1}`);
    expect([...tests.keys()]).to.deep.equal(names);
    for (const [name, files] of tests) expect(files, name).not.to.deep.equal([]);
  });

  it("name only tests that exist", () => {
    const missing = [...tests.values()].flat().filter((file) => !existsSync(join(ROOT, file)));
    expect(missing).to.deep.equal([]);
  });
});
