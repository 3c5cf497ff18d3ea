/**
 * Proves that customers spread over cells have exactly the access that their files give, that a change runs
 * only the cells that it touches, and that a failed cell does not stop the others. bench/ measures how fast it is.
 */
import { expect } from "chai";
import type { JournalEntry } from "../../sandbox/aws/journal";
import { cellOf } from "../../src/access/cells";
import { expectAsFilesSay } from "./support/expectations";
import { customersScript, withoutProgress } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:cells: 3
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;
const IDS = Array.from({ length: 9 }, (_, at) => `customer-${at}`);

describe("a deployment of three cells", function () {
  const running = withSandbox(this, SETTINGS);
  // Each update starts several engines.
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);

  function write(id: string, more = ""): void {
    running.project.write(id, `name: ${id}\nrepositories: [edge-agent, sdk]\n${more}`);
  }

  async function applied(...argv: string[]) {
    const ended = await run("up", "--yes", ...argv);
    expect(ended.code, ended.stderr).to.equal(0);
    await expectAsFilesSay(running);
    return ended;
  }

  it("has customers of this test in each cell", () => {
    expect(new Set(IDS.map((id) => cellOf(id, 3))).size).to.equal(3);
  });

  it("is created by the first update, and found unchanged by the next", async () => {
    for (const id of IDS) write(id);
    const { stdout, stderr } = await applied();
    expect(stdout).to.contain("first deployment");
    expect(stderr).to.contain("3 of 3 cells");
    const asked = running.sandbox.front.journal.calls("GetUser");
    const found = asked.filter(({ errorCode }) => errorCode === undefined);
    expect(found, "no user is looked up before it is created").to.have.length(asked.length);
    const names = new Set(found.map(({ parameters }) => parameters["UserName"]));
    expect(names, "each user is read back").to.have.keys(IDS);
    const before = running.sandbox.front.journal.calls().length;
    const again = await run("up", "--yes");
    expect([again.code, again.stdout.endsWith("Nothing to do.\n")]).to.deep.equal([0, true]);
    const preview = await run("preview", "--expect-no-changes", "--all");
    expect(preview.code, preview.stdout).to.equal(0);
    expect(running.sandbox.front.journal.calls().length).to.be.greaterThan(before);
  });

  it("runs only the cells whose customers change", async () => {
    write("customer-0", "keys: { 1: active, 2: active }\n");
    const { stderr } = await applied();
    expect(stderr).to.contain("1 of 1 cell").and.not.to.contain("of 3 cells");
  });

  it("is updated once for a grant that ends no one's access", async () => {
    write("customer-9");
    const { journal } = running.sandbox.front;
    journal.reset();
    const { stderr } = await applied();
    const calls = journal.calls();
    const isAbout = (user: string) => (call: JournalEntry) => call.parameters["UserName"] === user;
    const keyMade = calls.find((call) => call.action === "CreateAccessKey");
    const policySet = calls.find((call) => call.action === "SetRepositoryPolicy");
    expect(keyMade?.parameters).to.deep.equal({ UserName: "customer-9" });
    const between = calls.slice(keyMade?.index, policySet?.index).filter(isAbout("customer-9"));
    // Its cell has reported to the base stack who it is, which need not ask AWS.
    expect(between.map(({ action }) => action)).not.to.include("GetUser");
    expect(stderr).not.to.contain("Revoking access first");
  });

  it("updates the other cells when one fails, and next time only the failed one", async () => {
    running.sandbox.front.faults.failCall({
      action: "CreateUser",
      userName: "newcomer-a",
      times: Infinity,
      error: { code: "ServiceFailure", message: "sorry", status: 500 },
    });
    write("newcomer-a");
    write("newcomer-b");
    write("newcomer-c");
    write("customer-1", "status: suspended\n");
    const failed = await run("up", "--yes");
    expect(failed.code).to.equal(1);
    expect(failed.stderr).to.match(/^ {2}newcomer-a: user: .*ServiceFailure/m);
    const acme = await running.sandbox.view.user("customer-1");
    expect(Object.values(acme.keys)).to.deep.equal(["Inactive"]);
    running.sandbox.front.faults.clear();
    const { stderr } = await applied();
    expect(stderr).to.contain("1 of 1 cell");
  });

  it("runs the cell of a customer whose access has expired", async () => {
    write("customer-2", "expires: 2026-12-31\n");
    await applied();
    running.project.today = "2027-01-01";
    const { stdout } = await applied();
    expect(stdout).to.contain("no one gains or loses access; ");
    expect(Object.values((await running.sandbox.view.user("customer-2")).keys)).to.deep.equal([
      "Inactive",
    ]);
  });

  it("can run cell by cell, as on several machines, with limits that count all cells", async () => {
    running.project.today = "2026-11-23";
    await applied();
    write("customer-3", "keys: { 1: active, 2: active }\n");
    write("customer-4", "status: suspended\n");
    const listed = JSON.parse((await run("cells", "--json")).stdout) as {
      first: boolean;
      cells: { cell: number; changed: boolean }[];
    };
    const changed = listed.cells.filter((one) => one.changed).map(({ cell }) => cell);
    expect(listed.first).to.equal(false);
    expect(changed).to.deep.equal([
      ...new Set(["customer-3", "customer-4"].map((id) => cellOf(id, 3)).sort()),
    ]);
    for (const cell of changed) {
      const one = await run("up", "--yes", "--cell", String(cell));
      expect(one.code, one.stderr).to.equal(0);
    }
    const base = await run("up", "--yes", "--cell", "base");
    expect(base.code, base.stderr).to.equal(0);
    await expectAsFilesSay(running);
    expect((await run("up", "--yes")).stdout).to.match(/Nothing to do\.\n$/);

    for (const id of ["customer-5", "customer-6", "customer-7"]) write(id, "status: suspended\n");
    const writes = running.sandbox.front.journal.writes();
    for (const cell of ["0", "1", "2", "base"]) {
      const refused = await run("up", "--yes", "--cell", cell);
      expect(refused.code, refused.stdout).to.equal(2);
      expect(refused.stderr).to.contain("3 of ");
    }
    expect(running.sandbox.front.journal.writes()).to.equal(writes);
    for (const id of ["customer-5", "customer-6", "customer-7"]) write(id);
  });

  it("is not spread over another number of cells by the settings alone", async () => {
    running.project.settings(SETTINGS.replace("cells: 3", "cells: 4"));
    const { code, stderr } = await run("up", "--yes");
    expect([code, withoutProgress(stderr)]).to.deep.equal([
      1,
      "Error: the customers are in 3 cells, but the settings say 4\n" +
        "Write `cells: 3` again, or move them: `npm run customers -- cells --set 4`.\n",
    ]);
    running.project.settings(SETTINGS);
  });
});
