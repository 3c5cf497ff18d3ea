/**
 * Proves the whole way from a sales system's export to an image in a customer's hands: `sync` turns
 * the export into files, updates the stack within both kinds of limits, and a customer of the export
 * pulls with the real client. And that what is refused or fails is said beside the files, that the
 * next run continues, and that the same export again changes nothing.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { expectAsFilesSay } from "./support/expectations";
import { customersScript } from "./support/customersScript";
import { expectNoPull, expectPull, expectPush, withMachines } from "./support/machines";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    dashboard: {}
    edge-agent: {}
    orchestrator: {}
    telemetry-sdk: { grants: tagged }
`;
const HEAD =
  "Associated Company IDs (Primary),Associated Company (Primary),Deal Stage,Product,Contract end date";
/** As the ready mapping of HubSpot's deals, but that a lost deal ends access. */
const MAPPING = `system: hubspot
ids: number
columns:
  id: Associated Company IDs (Primary)
  name: Associated Company (Primary)
  status: Deal Stage
  products: Product
  expires: Contract end date
statuses: { Closed Won: grant, Closed Lost: suspend }
products: { Edge Agent: [edge-agent], Orchestrator: [orchestrator] }
duplicates: any-active
dates: { blank: none }
`;
const ROWS = {
  acme: "90000000001,Acme Robotics,Closed Won,Edge Agent,",
  globex: "90000000002,Globex,Closed Won,Orchestrator,",
  hooli: "90000000003,Hooli,Closed Won,Edge Agent,",
};

describe("sync", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  this.timeout(180_000);

  function sync(rows: Readonly<Record<string, string>>, ...options: string[]) {
    const file = join(running.project.directory, "deals.csv");
    writeFileSync(file, `${[HEAD, ...Object.values(rows)].join("\n")}\n`);
    const mapping = join(running.project.directory, "deals.yaml");
    writeFileSync(mapping, MAPPING);
    const argv = ["sync", file, "--mapping", mapping, "--yes", ...options];
    return customersScript(running, argv);
  }

  const notApplied = () => join(running.project.directory, "imports", "dev.not-applied.yaml");
  const files = () =>
    Object.fromEntries(
      readdirSync(join(running.project.directory, "customers")).map((name) => [
        name,
        readFileSync(join(running.project.directory, "customers", name), "utf8"),
      ]),
    );

  async function expectAllApplied(): Promise<void> {
    await expectAsFilesSay(running);
    expect(existsSync(notApplied())).to.equal(false);
  }

  it("brings customers from an export to an image, and another repository stays closed", async () => {
    const { code, stdout, stderr } = await sync(ROWS);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("Read back from AWS: 3 customers");
    await expectAllApplied();
    const digest = await expectPush(await machines.vendor(), "edge-agent:1.0");
    await expectPush(await machines.vendor(), "orchestrator:1.0");
    const acme = await machines.loggedIn("acme-robotics");
    await expectPull(acme, "edge-agent:1.0", digest);
    await expectNoPull(acme, "orchestrator:1.0", /not authorized to perform: ecr:BatchGetImage/);
  });

  it("changes no byte and asks AWS for no change when the export is the same", async () => {
    const [before, writes] = [files(), running.sandbox.front.journal.writes()];
    const { code, stdout } = await sync(ROWS);
    expect([code, stdout.endsWith("Nothing to do.\n")]).to.deep.equal([0, true]);
    expect(files()).to.deep.equal(before);
    expect(running.sandbox.front.journal.writes()).to.equal(writes);
  });

  it("writes nothing at all when the import is refused", async () => {
    const before = files();
    const lost = { ...ROWS };
    for (const id of ["acme", "globex"] as const) lost[id] = ROWS[id].replace("Won", "Lost");
    const { code } = await sync(lost);
    expect(code).to.equal(2);
    expect(files()).to.deep.equal(before);
    await expectAllApplied();
  });

  it("records beside the files what the update refused, and the next run continues", async () => {
    const lost = { ...ROWS };
    for (const id of ["acme", "globex"] as const) lost[id] = ROWS[id].replace("Won", "Lost");
    const writes = running.sandbox.front.journal.writes();
    const refused = await sync(lost, "--max-revocations", "2");
    expect([refused.code, running.sandbox.front.journal.writes()]).to.deep.equal([2, writes]);
    expect(readFileSync(notApplied(), "utf8")).to.match(
      /^acme-robotics: ["']?refused: 2 of 3 customers would lose access/m,
    );
    const done = await sync(lost, "--max-revocations", "2", "--allow-revocations", "2");
    expect(done.code, done.stderr).to.equal(0);
    await expectAllApplied();
  });

  it("says what failed, and the next run finishes it; the JSON is one document", async () => {
    const more = { hooli: ROWS.hooli, initech: "90000000004,Initech,Closed Won,Edge Agent," };
    running.sandbox.front.faults.failCall({
      action: "CreateUser",
      userName: "initech",
      times: Infinity,
      error: { code: "ServiceFailure", message: "sorry", status: 500 },
    });
    const failed = await sync(more, "--json");
    expect(failed.code).to.equal(1);
    const reported = JSON.parse(failed.stdout) as { update: { failed: { name: string }[] } };
    expect(reported.update.failed.map(({ name }) => name)).to.include("initech");
    expect(readFileSync(notApplied(), "utf8")).to.match(/^initech: .*ServiceFailure/m);
    running.sandbox.front.faults.clear();
    expect((await sync(more)).code).to.equal(0);
    await expectAllApplied();
  });
});
