/**
 * Proves that a customer file with another name is found, with its way out, by `validate` (from git, and
 * from what imports remember) and by the plan of `preview` and `up` (from what the last update recorded),
 * which no option allows. Also proves what does not count as renaming.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { refusals } from "../../../automation/plan/limits";
import { refusalLines } from "../../../automation/plan/planReport";
import { parseCustomer } from "../../../src/customers/parse";
import type { Customer } from "../../../src/customers/model";
import { companyOf, renamedCustomers } from "../../../src/customers/renamed";
import { planBetween, stackInput } from "../plan/support";
import { ImportProject, row } from "../sales/support/importProject";
import { projectFolder } from "../support/project";
import { script } from "../support/script";

const BY_HAND = "name: Acme\nrepositories: [edge-agent]\n";
const IMPORTED = `${BY_HAND}source: { system: crm, id: "7" }\n`;
const OTHER = "name: Globex\nrepositories: [edge-agent]\n";

function customer(id: string, text: string): Customer {
  const read = parseCustomer(text, id, `${id}.yaml`).customer;
  if (read === undefined) throw new Error(text);
  return read;
}

function found(
  before: Record<string, string>,
  after: Record<string, string>,
  retired: string[] = [],
): string[] {
  const [was, is] = [before, after].map((all) =>
    Object.entries(all).map(([id, text]) => customer(id, text)),
  );
  const known = (was ?? []).map((one) => ({ ...one, company: companyOf(one) }));
  return renamedCustomers(known, is ?? [], new Set(retired)).map(
    (one) => `${one.before} ${one.after}`,
  );
}

describe("a renamed customer file", () => {
  it("is one whose source, or name and repositories, a file had that is gone", () => {
    expect(found({ acme: BY_HAND }, { "acme-inc": BY_HAND })).to.deep.equal(["acme acme-inc"]);
    const elsewhere = IMPORTED.replace("Acme", "Acme Inc.").replace("edge-agent", "orchestrator");
    expect(found({ acme: IMPORTED }, { "acme-inc": elsewhere })).to.deep.equal(["acme acme-inc"]);
    const both = found({ a: BY_HAND, b: IMPORTED }, { c: IMPORTED, d: BY_HAND });
    expect(both).to.deep.equal(["b c", "a d"]);
  });

  it("is not a file that still exists, has other repositories or another source, or was off-boarded", () => {
    const wider = BY_HAND.replace("edge-agent", "edge-agent, orchestrator");
    expect(found({ acme: BY_HAND }, { acme: BY_HAND, "acme-inc": BY_HAND })).to.deep.equal([]);
    expect(found({ acme: BY_HAND }, { "acme-inc": wider })).to.deep.equal([]);
    expect(found({ acme: IMPORTED }, { b: IMPORTED.replace("7", "8") })).to.deep.equal([]);
    expect(found({ acme: IMPORTED }, { b: IMPORTED }, ["acme"])).to.deep.equal([]);
    expect(found({ acme: BY_HAND, b: OTHER }, { acme: OTHER })).to.deep.equal([]);
    // Of two equal ones one is renamed.
    expect(found({ a: BY_HAND }, { b: BY_HAND, c: BY_HAND })).to.deep.equal(["a b"]);
  });
});

describe("validate, of a renamed customer file,", () => {
  const WAY_OUT =
    "customers/acme-inc.yaml:1:1  expected an id that stays, got a new file for the customer of acme.yaml: it would get another user and another key, and its current key would stop working. Rename acme-inc.yaml back to acme.yaml: an id stays when a company's name changes. To give the customer another id and another key, off-board the old id first: `ecr-customers offboard acme`. [file-renamed]";

  function gitProject(): { directory: string; git: (...argv: string[]) => void } {
    const directory = projectFolder({ acme: BY_HAND, globex: OTHER });
    const git = (...argv: string[]) => {
      const who = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.example",
        "-c",
        "commit.gpgsign=false",
      ];
      execFileSync("git", [...who, ...argv], { cwd: directory, stdio: "ignore" });
    };
    git("init", "-b", "main");
    git("add", ".");
    git("commit", "-m", "first");
    return { directory, git };
  }

  async function validated(directory: string): Promise<[code: number, said: string]> {
    const { code, stderr } = await script(["validate"], { directory });
    const [line = ""] = stderr.split("\n");
    return [
      code,
      line
        .replace(/^\S*customers\//, "customers/")
        .replace(/`[^`]* offboard acme[^`]*`/, "`ecr-customers offboard acme`"),
    ];
  }

  it("says so before the change is committed, also when git was not told", async () => {
    const { directory, git } = gitProject();
    expect(await validated(directory)).to.deep.equal([0, ""]);
    renameSync(join(directory, "customers/acme.yaml"), join(directory, "customers/acme-inc.yaml"));
    expect((await validated(directory))[1]).to.equal(WAY_OUT);
    git("add", "-A");
    expect(await validated(directory)).to.deep.equal([1, WAY_OUT]);
    writeFileSync(join(directory, "retired-customers.txt"), "acme 2026-11-01\n");
    expect(await validated(directory)).to.deep.equal([0, ""]);
  });

  it("says so on a branch that has committed it, until it is renamed back", async () => {
    const origin = mkdtempSync(join(tmpdir(), "ecr-customers-origin-"));
    try {
      const { directory, git } = gitProject();
      execFileSync("git", ["init", "--bare", "-b", "main", origin], { stdio: "ignore" });
      git("remote", "add", "origin", origin);
      git("push", "origin", "main");
      git("remote", "set-head", "origin", "main");
      git("checkout", "-b", "rename");
      git("mv", "customers/acme.yaml", "customers/acme-inc.yaml");
      git("commit", "-m", "rename");
      git("commit", "--allow-empty", "-m", "more");
      expect(await validated(directory)).to.deep.equal([1, WAY_OUT]);
      git("mv", "customers/acme-inc.yaml", "customers/acme.yaml");
      expect(await validated(directory)).to.deep.equal([0, ""]);
    } finally {
      rmSync(origin, { recursive: true });
    }
  });

  it("says so without git when an import has written the file", async () => {
    const project = new ImportProject();
    await project.import(row("7", { name: "Acme" }), "--write");
    const { directory } = project;
    expect(await validated(directory)).to.deep.equal([0, ""]);
    renameSync(join(directory, "customers/acme.yaml"), join(directory, "customers/acme-inc.yaml"));
    expect(await validated(directory)).to.deep.equal([1, WAY_OUT]);
  });
});

describe("a plan with a renamed customer file", () => {
  const input = (customers: Record<string, string>, retired: string[] = []) => ({
    ...stackInput(Object.entries(customers).map(([id, text]) => customer(id, text))),
    retired: new Set(retired),
  });
  const before = input({ acme: BY_HAND, globex: OTHER });

  it("is refused whatever is allowed, with the way out", () => {
    const { facts } = planBetween(before, input({ "acme-inc": BY_HAND, globex: OTHER }));
    const generous = { revocations: 99, replacements: 99, unknownChanges: true };
    const refused = refusals(facts, generous);
    expect(refused.map(({ limit }) => limit)).to.deep.equal(["renamed-files"]);
    expect(refusalLines(refused).map(({ cells }) => cells.join(" "))).to.deep.equal([
      "1 customer file was renamed: with another id a customer gets another user and another key, and its present key stops working:",
      "  acme-inc.yaml was acme.yaml",
      "Rename acme-inc.yaml back to acme.yaml: an id stays when a company's name changes. To give the customer another id and another key, off-board the old id first: `ecr-customers offboard acme`.",
    ]);
  });

  it("is not refused when the old id was off-boarded, or the record is of an earlier version", () => {
    const after = { "acme-inc": BY_HAND, globex: OTHER };
    expect(refusals(planBetween(before, input(after, ["acme"])).facts, {})).to.deep.equal([]);
    expect(refusals(planBetween(before, before).facts, {})).to.deep.equal([]);
  });
});
