/**
 * Proves that what is found out about a catalogue after it was read is reported where the repository is
 * written: in the file of that stack, at its line.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect } from "chai";
import { claimProblems } from "../src/claims";
import { formatProblem } from "../src/problem";
import { loadProject } from "../src/project";

const SETTINGS = [
  "config:",
  "  aws:region: eu-central-1",
  '  ecr-customers:account: "123456789012"',
  "  ecr-customers:repositories:",
  "    dashboard: {}",
  "    edge-agent: {}",
  "",
].join("\n");

describe("a problem with a stack's catalogue", () => {
  let directory = "";
  const shown = (file: string) => relative(process.cwd(), join(directory, file));
  const add = (id: string, repository: string) =>
    writeFileSync(
      join(directory, "customers", `${id}.yaml`),
      `name: ${id}\nrepositories: [${repository}]\n`,
    );

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "settings-file-"));
    mkdirSync(join(directory, "customers"));
    writeFileSync(join(directory, "Pulumi.yaml"), "name: ecr-customers\nruntime: nodejs\n");
    for (const stack of ["dev", "prod"])
      writeFileSync(join(directory, `Pulumi.${stack}.yaml`), SETTINGS);
    add("acme", "dashboard");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("is at the repository's line when its policy is too long", () => {
    const id = (number: number) => `a-customer-with-a-long-name-${String(number).padStart(3, "0")}`;
    for (let number = 0; number < 150; number++) add(id(number), "edge-agent");
    const { problems } = loadProject(directory, "prod", "2026-11-28");
    expect(problems.map(formatProblem)).to.have.length(1);
    expect(formatProblem(problems[0]!)).to.match(/ policy of at most 10,240 characters for /);
    expect(problems[0]).to.deep.include({
      file: shown("Pulumi.prod.yaml"),
      line: 6,
      column: 5,
      path: "ecr-customers:repositories.edge-agent",
    });
  });

  it("is at the repository's line when another stack claims it too", () => {
    const stacks = ["dev", "prod"].flatMap((stack) => {
      const { input, settings } = loadProject(directory, stack, "2026-11-28");
      return input === undefined ? [] : [{ config: input.config, settings }];
    });
    expect(stacks).to.have.length(2);
    const found = claimProblems(stacks).map(({ file, line, path }) => ({ file, line, path }));
    expect(found).to.deep.equal([
      {
        file: shown("Pulumi.prod.yaml"),
        line: 5,
        path: "ecr-customers:repositories.dashboard",
      },
      {
        file: shown("Pulumi.prod.yaml"),
        line: 6,
        path: "ecr-customers:repositories.edge-agent",
      },
    ]);
  });
});
