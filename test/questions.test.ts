/**
 * Proves that the settings in docs/questions.md are accepted, side by side in one project, with the sample customers.
 * Commands of ours in it are parsed by test/automation/cli/hints.test.ts; those about leaving are run in
 * test/e2e/leaving.test.ts.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { claimProblems } from "../src/claims";
import { formatProblem } from "../src/problem";
import { loadProject } from "../src/project";
import { VENDOR } from "./fixtures/vendor";

const PAGE = readFileSync(join(__dirname, "..", "docs", "questions.md"), "utf8");

/** The settings of the page: file, text. */
const BLOCKS = [...PAGE.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].map(
  ([, indent = "", text = ""]) => text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
);

describe("the settings in the questions", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "questions-"));
    cpSync(join(VENDOR, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
    for (const name of ["customers", "customers-staging", "customers-qa"]) {
      mkdirSync(join(directory, name));
      const repository = name.endsWith("qa") ? "qa/edge-agent" : "edge-agent";
      writeFileSync(
        join(directory, name, "acme.yaml"),
        `name: Acme\nrepositories: [${repository}]\n`,
      );
    }
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const load = (block: string) => {
    const stack = /^# Pulumi\.(\w+)\.yaml$/m.exec(block)?.[1] ?? "";
    writeFileSync(join(directory, `Pulumi.${stack}.yaml`), block);
    const { input, settings, problems } = loadProject(directory, stack, "2026-11-28");
    expect(problems.map(formatProblem), block).to.deep.equal([]);
    return { stack, config: input!.config, settings: settings! };
  };

  it("are all accepted", () => {
    expect(BLOCKS.map((block) => load(block).stack)).to.deep.equal([
      "prod",
      "staging",
      "qa",
      "prod",
      "prod",
    ]);
  });

  it("of several stages claim no repository twice, unlike two stages without a prefix and names of their own", () => {
    const stages = BLOCKS.slice(0, 3).map(load);
    expect(claimProblems(stages)).to.deep.equal([]);
    const [prod = "", , qa = ""] = BLOCKS;
    const same = qa.replaceAll("qa/", "").replace("customers-qa", "customers");
    expect(claimProblems([load(prod), load(same)]).map(({ check }) => check)).to.deep.equal([
      "repository-claimed",
      "repository-claimed",
    ]);
  });
});
