/**
 * Proves what a suggestion makes of an export of a system that has no ready mapping, and that one part
 * left open imports nothing. Suggestions for the known systems: import.test.ts.
 */
import { expect } from "chai";
import { parseMapping } from "../../../automation/sales/mapping/mapping";
import { formatProblem } from "../../../src/problem";
import { script } from "../support/script";
import { ImportProject } from "./support/importProject";
import { briefly, read } from "./support/read";

const EXPORT = [
  "Deal ID,Client No,Company,Stage,Item,Archived",
  "D-1,C-7,Acme,Signed,Agent,no",
  "D-2,C-7,Acme,Signed,Suite,no",
  "D-3,C-8,Globex,Signed,Agent,yes",
  "",
  "Total (3 records),,,,,",
  "",
].join("\n");

/** What an operator fills in, by the part that it completes. */
const COMPLETED: Readonly<Record<string, [open: RegExp, filled: string]>> = {
  system: [/^system: .*$/m, "system: own"],
  status: [/^( *"Signed":).*$/m, "$1 grant"],
  agent: [/^( *"Agent":).*$/m, "$1 [edge-agent]"],
  suite: [/^( *"Suite":).*$/m, "$1 [orchestrator]"],
  archived: [/^( *"yes":).*$/m, "$1 ignore"],
  current: [/^( *"no":).*$/m, "$1 read"],
  duplicates: [/^duplicates: .*$/m, "duplicates: any-active"],
};

async function suggested(): Promise<string> {
  const project = new ImportProject();
  project.put("export.csv", EXPORT);
  const argv = ["import", "export.csv", "--suggest", "own.yaml"];
  const { stderr } = await script(argv, { directory: project.directory });
  expect(stderr).to.equal("");
  return project.text("own.yaml");
}

function completed(text: string, ...left: string[]): string {
  return Object.entries(COMPLETED).reduce((all, [part, [open, filled]]) => {
    expect(all, part).to.match(open);
    return left.includes(part) ? all : all.replace(open, filled);
  }, text);
}

describe("a suggestion for a system that is not known", () => {
  it("chooses the id that joins rows, offers the flags, and does not count a footer", async () => {
    const text = await suggested();
    expect(text).to.contain("# Made from 3 rows. ");
    expect(text).to.contain('  id: "Client No"\n  name: "Company"\n  status: "Stage"\n');
    expect(text).to.match(/^ignoreRows:\n {2}"Archived":\n {4}"no":.*\n {4}"yes":/m);
    expect(text).to.contain("duplicates: # 1 row more than ids.");
    expect(text).not.to.contain("Total");
  });

  it("offers a flag with many values as an open question, in any language", async () => {
    const headers = ["Deleted at", "Gelöscht am", "Arkiverad", "Excluído em", "削除日", "Удалено"];
    const rows = Array.from(
      { length: 12 },
      (_, at) => `C-${at},Acme ${at},Signed${`,2026-01-${10 + at}`.repeat(headers.length)}\n`,
    );
    const project = new ImportProject();
    project.put("export.csv", `Customer ID,Company,Stage,${headers.join()}\n${rows.join("")}`);
    const argv = ["import", "export.csv", "--suggest", "own.yaml"];
    await script(argv, { directory: project.directory });
    const text = project.text("own.yaml");
    for (const header of headers) expect(text).to.contain(`  "${header}": # 12 values: list those`);
    const filled = text
      .replace(/^system: .*$/m, "system: own")
      .replace(/^( *"Signed":).*$/m, "$1 grant")
      .replace(/^repositories: .*$/m, "repositories: [edge-agent]");
    const { problems } = parseMapping(filled, "own.yaml");
    expect(problems.map(({ path }) => path)).to.deep.equal(
      headers.map((header) => `ignoreRows.${header}`),
    );
  });

  it("keeps a column open that the ready mapping needs and the export does not have", async () => {
    const project = new ImportProject();
    project.put(
      "export.csv",
      "ACCOUNTID,ACCOUNT.NAME,STAGENAME\n0015g00000XyZ12AAF,Acme,Closed Won\n",
    );
    const argv = ["import", "export.csv", "--suggest", "own.yaml"];
    await script(argv, { directory: project.directory });
    const text = project.text("own.yaml");
    expect(text).to.contain('\nignoreRows:\n  "IsDeleted": # not in this export: export it too');
    const filled = text
      .replace(/^( *"Closed Won":).*$/m, "$1 grant")
      .replace(/^repositories: .*$/m, "repositories: [edge-agent]");
    const { problems } = parseMapping(filled, "own.yaml");
    expect(problems.map(({ path }) => path)).to.deep.equal(["ignoreRows.IsDeleted"]);
  });

  it("imports the customers when all that it leaves open is filled in", async () => {
    const result = await read(EXPORT, completed(await suggested()));
    expect([result.problems, briefly(result)]).to.deep.equal([[], ["C-7 Acme grant"]]);
    expect(result.records[0]?.repositories).to.deep.equal(["edge-agent", "orchestrator"]);
    expect(result.counts).to.deep.equal({ rows: 3, footer: 1, ignored: 1, withoutId: 0 });
  });

  for (const part of Object.keys(COMPLETED)) {
    it(`imports nothing while one part is left open: ${part}`, async () => {
      const text = completed(await suggested(), part);
      const { mapping, problems } = parseMapping(text, "own.yaml");
      // Without a rule rows of one id may only say the same.
      const isMapping = mapping !== undefined;
      expect(isMapping).to.equal(part === "duplicates");
      const said = isMapping ? (await read(EXPORT, text)).problems : problems.map(formatProblem);
      expect(said).to.have.length(1);
    });
  }
});
