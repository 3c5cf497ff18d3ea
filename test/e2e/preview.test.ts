/**
 * Proves what `preview` and `up` show and end with, from a first deployment on: who gains and who
 * loses access, the sample of README.md, the machine's forms of it, and that a preview and
 * a refused or unconfirmed update write nothing. The words themselves have unit tests.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { readmeBlock } from "../fixtures/readme";
import { expectAsFilesSay } from "./support/expectations";
import { customersScript, withoutProgress } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;

describe("the script", function () {
  const running = withSandbox(this, SETTINGS);
  const run = (...argv: string[]) => customersScript(running, argv);

  /** Runs it and expects that AWS was asked for no change. */
  async function withoutWrites(...argv: string[]) {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const ended = await run(...argv);
    expect(journal.writes() - before).to.equal(0);
    return ended;
  }

  before(() => {
    const { project } = running;
    project.write("acme", "name: Acme\nrepositories: [edge-agent, orchestrator]\n");
    project.write("globex", "name: Globex\nrepositories: [orchestrator]\n");
    project.write("hooli", "name: Hooli\nrepositories: [edge-agent]\nexpires: 2026-11-24\n");
  });

  it("previews a first deployment, and says that nothing is recorded to compare with", async () => {
    const { code, stdout } = await withoutWrites("preview");
    expect(code).to.equal(0);
    expect(stdout).to.contain("first deployment");
    expect(stdout).to.match(/^ {2}acme +new, gains edge-agent, orchestrator$/m);
    expect(stdout).to.match(/^ {2}hooli +new, gains edge-agent until 2026-11-24$/m);
  });

  it("does not update where no one can be asked, or when the operator says no", async () => {
    const unasked = await withoutWrites("up");
    expect([unasked.code, withoutProgress(unasked.stderr)]).to.deep.equal([
      2,
      "Not confirmed, and nothing was written: this is not a terminal.\nRun it on a terminal, or add `--yes`.\n",
    ]);
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const no = await customersScript(running, ["up"], { answers: ["no"] });
    expect([no.code, journal.writes() - before]).to.deep.equal([2, 0]);
  });

  it("updates when the operator says yes, reads back, and names the keys to hand over", async () => {
    const { code, stdout, stderr } = await customersScript(running, ["up"], { answers: ["yes"] });
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("Read back from AWS: 3 customers and every policy match the files.");
    expect(stdout).to.contain("3 new keys to hand over:\n  `npm run customers -- handover acme`");
    await expectAsFilesSay(running);
  });

  it("finds nothing to do then, and says so in every way", async () => {
    const preview = await withoutWrites("preview", "--expect-no-changes");
    expect([preview.code, preview.stdout]).to.deep.equal([
      0,
      "Access\n  hooli  ends tomorrow\nResources\n  no change\n" +
        "no one gains or loses access; no change in AWS\n",
    ]);
    const up = await withoutWrites("up", "--yes");
    expect([up.code, up.stdout.endsWith("Nothing to do.\n")]).to.deep.equal([0, true]);
    const recorded = await withoutWrites("outputs");
    expect(recorded.stdout).to.match(/^acme +active +edge-agent, orchestrator +1: active$/m);
  });

  it("shows the sample of README.md", async () => {
    const { project } = running;
    project.write(
      "acme",
      "name: Acme\nrepositories: [edge-agent]\nkeys: { 1: active, 2: active }\n",
    );
    project.write(
      "globex",
      "name: Globex\nrepositories: [edge-agent, orchestrator]\nexpires: 2027-01-31\n",
    );
    project.write("initech", "name: Initech\nrepositories: [edge-agent]\n");
    const { code, stdout } = await withoutWrites("preview");
    expect(code).to.equal(0);
    // A vendor has the package, where the same command has another name.
    const sample = `$ npx ecr-customers preview --stack prod\n${stdout}`;
    expect(sample).to.equal(readmeBlock("preview"));
    expect((await withoutWrites("preview", "--expect-no-changes")).code).to.equal(3);
  });

  it("gives the same as JSON and for a pull request", async () => {
    const file = join(running.project.directory, "comment.md");
    const { stdout } = await withoutWrites("preview", "--json", "--markdown", file);
    const plan = JSON.parse(stdout) as Record<string, unknown>;
    expect(plan).to.deep.include({ stack: "dev", losing: ["acme"], refusals: [], isEmpty: false });
    const markdown = readFileSync(file, "utf8");
    expect(markdown).to.contain("- 🔴 **acme** LOSES orchestrator\n");
    expect(markdown).to.contain("- **initech** new, gains edge\\-agent\n");
  });

  it("shows who will have lost access by a day", async () => {
    const { stdout } = await withoutWrites("preview", "--as-of", "2027-02-01");
    expect(stdout).to.match(/^ {2}globex +past its last day, LOSES orchestrator$/m);
    expect(stdout).to.match(/^ {2}hooli +past its last day, LOSES edge-agent$/m);
    expect(stdout).to.match(
      /This update would be refused[\s\S]*3 of 3 customers would lose access; the limit is 1/,
    );
  });

  it("applies the edits and counts resources in plain lines", async () => {
    const { code, stdout, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("Revoking access first, then granting it.");
    expect(stderr).to.match(/^Updating: (\d+) of \1 resources, /m);
    expect(stdout).to.contain("2 new keys to hand over");
    await expectAsFilesSay(running);
  });

  it("declares what it has shown: files that change meanwhile count for the next update", async () => {
    const { project, sandbox } = running;
    project.write("acme", "name: Acme\nrepositories: [edge-agent, orchestrator]\n");
    sandbox.front.faults.atCall(1, () => {
      project.write("acme", "name: Acme\nrepositories: [edge-agent]\nstatus: suspended\n");
      project.write("late", "name: Late\nrepositories: [edge-agent]\n");
    });
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    const users = await sandbox.view.users();
    expect(users.map(({ name }) => name)).to.deep.equal(["acme", "globex", "hooli", "initech"]);
    expect(Object.values(users[0]?.keys ?? {})).to.deep.equal(["Active"]);
    project.remove("late");
    project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    expect((await run("up", "--yes")).code).to.equal(0);
  });

  it("takes the stack down only with the number of those who lose access, and its name", async () => {
    const { journal } = running.sandbox.front;
    const refused = await withoutWrites("destroy", "--yes");
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.contain("`npm run customers -- destroy --allow-revocations 4`");
    const before = journal.writes();
    const argv = ["destroy", "--allow-revocations", "4"];
    const other = await customersScript(running, argv, { answers: ["yes"] });
    expect([other.code, journal.writes() - before]).to.deep.equal([2, 0]);
    const done = await customersScript(running, argv, { answers: ["dev"] });
    expect(done.code, done.stderr).to.equal(0);
    expect(await running.sandbox.view.users()).to.deep.equal([]);
    expect((await run("outputs")).stderr).to.contain("has no recorded outputs");
  });
});
