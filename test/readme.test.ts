/**
 * Proves that what README and docs show is true: the sample file loads, the commands exist, the
 * links lead somewhere, and the mistakes are reported in the words that are shown.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { loadStackConfig } from "../src/config";
import { loadCustomers } from "../src/customers/load";
import { parseCustomer } from "../src/customers/parse";
import { checkCustomer } from "../src/customers/checks";
import { formatProblem } from "../src/problem";
import { nameOf } from "../automation/cli/command";
import { COMMANDS } from "../automation/commandTable";
import { README, README_BLOCKS, readmeBlock } from "./fixtures/readme";
import { VENDOR } from "./fixtures/vendor";

const ROOT = join(__dirname, "..");
const GUIDE = readFileSync(join(ROOT, "docs", "customer-file.md"), "utf8");
const TODAY = "2026-11-23";

/** Pages whose links are looked at. */
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "docs/customer-file.md",
  "docs/operations.md",
  "docs/settings.md",
  "docs/questions.md",
  "docs/keys.md",
  "docs/customer-guide.md",
  "docs/sales-exports.md",
  "docs/scale.md",
  "docs/threat-model.md",
  "docs/aws-setup/README.md",
  "docs/vendor-repository.md",
].map((file) => [file, readFileSync(join(ROOT, file), "utf8")] as const);

const sample = readmeBlock("customers/northwind.yaml");
const { config } = loadStackConfig(VENDOR, "dev");

describe("README", () => {
  it("shows a customer file of six lines that loads unchanged", () => {
    expect(sample.trimEnd().split("\n")).to.have.length(6);
    expect(config).not.to.equal(undefined);
    if (config === undefined) return;
    const directory = mkdtempSync(join(tmpdir(), "readme-"));
    writeFileSync(join(directory, "northwind.yaml"), sample);
    const { customers, problems } = loadCustomers(directory, config, TODAY);
    rmSync(directory, { recursive: true });
    expect(problems).to.deep.equal([]);
    expect(customers.map(({ id, repositories }) => [id, repositories])).to.deep.equal([
      ["northwind", ["edge-agent", "orchestrator"]],
    ]);
  });

  it("says what it is, and then has its sections in the order in which a reader needs them", () => {
    const [start = "", ...sections] = README.split(/^## /m);
    expect(start).to.match(
      /^# ecr-customers\n\nOne reviewed YAML file per customer grants or revokes/,
    );
    expect(start).not.to.contain("```");
    expect(sections.map((section) => section.split("\n", 1)[0]).slice(0, 5)).to.deep.equal([
      "Try it here: two commands",
      "Make your own repository: two commands",
      "What a line in a file does",
      "See who gains and who loses access",
      "Layout",
    ]);
    const [tryIt = "", own = ""] = sections;
    expect(tryIt).to.contain(readmeBlock("try it"));
    expect(own).to.contain(readmeBlock("own repository"));
  });

  it("shows the mistake in the words of the actual message", () => {
    const text = sample.replace("edge-agent", "edge-agnt");
    const { customer, root } = parseCustomer(text, "northwind", "customers/northwind.yaml");
    expect(customer).not.to.equal(undefined);
    if (customer === undefined || root === undefined || config === undefined) return;
    const checked = { customer, root, file: "customers/northwind.yaml" };
    const [problem] = checkCustomer(checked, { config, today: TODAY });
    expect(problem && `${formatProblem(problem)}\n`).to.equal(readmeBlock("mistake"));
  });

  it("has no code block without a test", () => {
    expect([...README_BLOCKS.keys()].sort()).to.deep.equal([
      "customers/northwind.yaml",
      // Run by test/e2e/package.test.ts, as is the next one.
      "first customer",
      "mistake",
      "own repository",
      // Compared by test/e2e/preview.test.ts.
      "preview",
      // Its scripts exist, as a test below shows; test/e2e runs the same sandbox.
      "try it",
    ]);
    expect(README.match(/^```/gm)).to.have.length(2 * README_BLOCKS.size);
    for (const name of ["try it", "own repository"]) {
      expect(readmeBlock(name).trimEnd().split("\n"), name).to.have.length(2);
    }
  });

  it("has every command in its table", () => {
    const rows = README.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) =>
      [...(row.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, text = ""]) =>
        text.replace(/ [<[-].*/, ""),
      ),
    );
    expect(named).to.include.members(COMMANDS.map(nameOf));
  });

  it("names only commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...README.matchAll(/npm (?:run )?(demo|test|sandbox|customers|check|\w+)\b/g)]
      .map((match) => match[1] ?? "")
      .filter((name) => !["ci", "install", "package"].includes(name));
    expect(named).to.include.members(["demo", "test"]);
    for (const name of named) expect(Object.keys(scripts), name).to.include(name);
  });

  for (const [file, text] of PAGES) {
    it(`and ${file} link to files and headings that are there`, () => {
      for (const [, target = "", heading] of text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)) {
        if (/^https?:/.test(target)) continue;
        const path = target === "" ? join(ROOT, file) : join(ROOT, dirname(file), target);
        expect(existsSync(path), target).to.equal(true);
        if (heading === undefined) continue;
        const headings = readFileSync(path, "utf8").matchAll(/^#+ (.*)$/gm);
        expect([...headings].map(([, title = ""]) => slug(title))).to.include(heading);
      }
    });
  }

  it("and all pages name only tests that are there", () => {
    const named = PAGES.flatMap(([, text]) => text.match(/\btest\/[\w/.-]+\.ts\b/g) ?? []);
    expect(named).not.to.have.length(0);
    for (const file of named) expect(existsSync(join(ROOT, file)), file).to.equal(true);
  });
});

/** A heading's anchor, as GitHub makes it. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

describe("docs/customer-file.md", () => {
  it("has a row for each key of a customer file", () => {
    const schema = JSON.parse(
      readFileSync(join(ROOT, "schemas", "customer.schema.json"), "utf8"),
    ) as { properties: Record<string, unknown> };
    const keys = Object.keys(schema.properties);
    expect(keys).to.have.length.of.at.least(14);
    for (const key of keys) expect(GUIDE, key).to.match(new RegExp(`^\\| \`${key}\` +\\|`, "m"));
  });
});
