/**
 * Proves that the settings and customer files at the top of this repository, whatever they are, can be
 * deployed as they are today, and that no settings hold an access key. No other test reads them: they are
 * the user's to edit.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { formatProblem } from "../src/problem";
import { loadProject } from "../src/project";

const ROOT = join(__dirname, "..");
const SETTINGS = readdirSync(ROOT).filter((name) => /^Pulumi\..+\.yaml$/.test(name));

describe("the samples", () => {
  it("include the settings of a stack", () => {
    expect(SETTINGS).not.to.have.length(0);
  });

  for (const name of SETTINGS) {
    it(`load without a problem for ${name}`, () => {
      const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
      const stack = name.slice("Pulumi.".length, -".yaml".length);
      const { problems } = loadProject(ROOT, stack, today);
      expect(problems.map(formatProblem)).to.deep.equal([]);
    });

    it(`hold no access key in ${name}`, () => {
      expect(readFileSync(join(ROOT, name), "utf8")).not.to.match(/(AKIA|ASIA)[A-Z0-9]{16}/);
    });
  }
});
