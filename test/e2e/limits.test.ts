/**
 * Proves that an update which would cut off too many customers, replace a user or a key, or is not
 * understood, stops before its first write, names whom it concerns and the flag that overrides the limit,
 * and continues with that flag. The exact limits are for the unit tests.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;
const IDS = ["acme", "globex", "hooli", "initech", "umbrella"];

describe("an update", function () {
  const running = withSandbox(this, SETTINGS);

  async function refused(...argv: string[]): Promise<string> {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const { code, stderr } = await customersScript(running, ["up", "--yes", ...argv]);
    expect([code, journal.writes() - before], stderr).to.deep.equal([2, 0]);
    return stderr;
  }

  async function applied(...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await customersScript(running, ["up", "--yes", ...argv]);
    expect(code, stderr).to.equal(0);
    return stdout;
  }

  before(async () => {
    for (const id of IDS) running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    await applied();
  });

  it("that ends one customer of five continues, one that ends two does not", async () => {
    running.project.write("acme", "name: acme\nrepositories: [edge-agent]\nstatus: suspended\n");
    await applied();
    running.project.write(
      "globex",
      "name: globex\nrepositories: [edge-agent]\nexpires: 2026-11-01\n",
    );
    running.project.remove("hooli");
    const said = await refused();
    expect(said).to.contain(
      "2 of 4 customers would lose access; the limit is 1:\n  globex\n  hooli\n",
    );
    expect(said).to.contain("`npm run customers -- up --allow-revocations 2`");
    expect(await refused("--allow-revocations", "1")).to.contain("2 of 4");
    await applied("--allow-revocations", "2");
  });

  it("that takes a repository out of the catalogue counts those who lose it", async () => {
    for (const id of ["initech", "umbrella"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent, orchestrator]\n`);
    }
    await applied();
    running.project.settings(SETTINGS.replace("    orchestrator: {}\n", ""));
    for (const id of ["initech", "umbrella"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
    expect(await refused()).to.contain("2 of 2 customers would lose access");
    await applied("--allow-revocations", "2");
  });

  it("that swaps keys without overlap counts those who have none that works", async () => {
    for (const id of ["initech", "umbrella"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\nkeys: { 2: active }\n`);
    }
    expect(await refused()).to.contain("2 of 2 customers would lose access");
    for (const id of ["initech", "umbrella"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
  });

  it("does not count an end that an earlier update has recorded and that has come", async () => {
    for (const id of ["initech", "umbrella"]) {
      const text = `name: ${id}\nrepositories: [edge-agent]\nexpires: 2026-12-31\n`;
      running.project.write(id, text);
    }
    await applied();
    running.project.today = "2027-01-01";
    const stdout = await applied();
    expect(stdout).to.contain("no one gains or loses access; ");
    running.project.today = "2026-11-23";
    await applied();
  });

  it("that would replace users' keys is refused", async () => {
    running.project.settings(
      SETTINGS.replace("config:", "config:\n  ecr-customers:namePrefix: eu-"),
    );
    const said = await refused("--allow-revocations", "9");
    expect(said).to.contain("key 1 of initech would be replaced (user)");
    expect(said).to.match(/`npm run customers -- up --allow-replacements \d+`/);
    running.project.settings(SETTINGS);
  });

  it("whose changes are not fully known is refused: what was recorded cannot be read", async () => {
    await running.project.recordOutputs({ customers: "of another version" });
    running.project.write("initech", "name: initech\nrepositories: [edge-agent]\n");
    const said = await refused();
    expect(said).to.contain("what the last update recorded cannot be read");
    expect(said).to.contain("`npm run customers -- up --allow-unknown-changes`");
    await applied("--allow-unknown-changes");
  });
});
