/**
 * Proves a whole rotation with the script itself: the next key is added, handed over and used; the old
 * one is set inactive and later deleted; meanwhile a customer keeps pulling with crane and the credential
 * helper, and no pull fails. Also that each step that would interrupt pulls is refused. Not covered: how
 * long AWS takes to act on a change.
 */
import { CreateAccessKeyCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import {
  customerKey,
  PullLoop,
  realPull,
  type CustomerKey,
  type Pull,
} from "./support/customerKey";
import { expectPush, withMachines } from "./support/machines";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";

const DAY = 86_400_000;
const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("a rotation", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  const later = (days: number) => new Date(Date.now() + days * DAY);
  const keys = (argv: string, now?: Date) =>
    customersScript(running, ["keys", ...argv.split(" ")], now === undefined ? {} : { now });
  const file = () => readFileSync(join(running.project.directory, "customers/acme.yaml"), "utf8");
  let pull: Pull;
  let inUse: CustomerKey;

  async function up(): Promise<void> {
    const { code, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stderr).to.equal(0);
  }

  before(async () => {
    const { project } = running;
    project.write("acme", "name: Acme # the first\nrepositories: [edge-agent]\n");
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    project.write(
      "hooli",
      'name: Hooli\nrepositories: []\nstatus: suspended\nawsAccount: "210987654321"\n',
    );
    await up();
    pull = realPull(machines);
    await expectPush(await machines.vendor(), "edge-agent:1.0");
    inUse = customerKey(running, "acme-1");
  });

  it("never leaves the customer without a working key", async function () {
    // Three updates by the real engine.
    this.timeout(180_000);
    const { journal } = running.sandbox.front;
    const first = inUse;
    const loop = new PullLoop(pull, () => inUse, "edge-agent");
    try {
      expect((await keys("rotate acme")).code).to.equal(0);
      expect(file()).to.equal(
        "name: Acme # the first\nrepositories: [edge-agent]\nkeys: { 1: active, 2: active }\n",
      );
      const early = await keys("retire acme");
      expect([early.code, early.stderr]).to.deep.equal([
        1,
        "Error: key 2 of acme is not in AWS yet, so no key would work without the old one\nRun `npm run customers -- up --refresh` first.\n",
      ]);
      await up();
      expect((await keys("retire acme", later(8))).stderr).to.contain("key 2 was never used");

      // Handed over: the customer changes to it.
      inUse = customerKey(running, "acme-2");
      const pulls = loop.pulls;
      while (loop.pulls < pulls + 3) await new Promise((resolve) => setTimeout(resolve, 10));
      expect((await keys("retire acme")).stderr).to.match(/key 1 was used on .*, less than 7 days/);
      const step = await keys("retire acme", later(8));
      expect(step.code, step.stderr).to.equal(0);
      expect(file()).to.contain("keys: { 1: inactive, 2: active }\n");
      const notYet = await keys("retire acme", later(8));
      expect([notYet.code, notYet.stderr]).to.deep.equal([
        1,
        "Error: key 1 of acme is still Active in AWS\nRun `npm run customers -- up` first, which sets it inactive. That can be undone; removing a key cannot.\n",
      ]);
      await up();
      const gone = await keys("retire acme", later(8));
      expect(gone.code, gone.stderr).to.equal(0);
      expect(file()).to.equal(
        "name: Acme # the first\nrepositories: [edge-agent]\nkeys: { 2: active }\n",
      );
      await up();
    } finally {
      await loop.stop();
    }
    expect(loop.failures).to.deep.equal([]);
    expect(loop.pulls).to.be.greaterThan(20);
    expect(Object.values((await running.sandbox.view.user("acme")).keys)).to.deep.equal(["Active"]);
    const about = (action: string) =>
      journal.calls(action).filter(({ parameters }) => parameters["UserName"] === "acme");
    const [created, second, ...more] = about("CreateAccessKey");
    const [inactive] = about("UpdateAccessKey").filter(
      ({ parameters }) => parameters["Status"] === "Inactive",
    );
    const [deleted, ...others] = about("DeleteAccessKey");
    expect([more, others]).to.deep.equal([[], []]);
    const order = [created, second, inactive, deleted].map((entry) => entry?.index ?? -1);
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
    expect(deleted?.parameters["AccessKeyId"]).to.equal(first.accessKeyId);
    const refused = await pull(first, "edge-agent").then(
      () => "pulled",
      (error: Error) => error.message,
    );
    expect(refused).to.match(
      /no basic auth credentials|UnrecognizedClient|UNAUTHORIZED|Unauthorized/,
    );
  });

  it("can be forced with a reason, which is kept in the file", async () => {
    expect((await keys("rotate acme")).code).to.equal(0);
    expect(file()).to.contain("keys: { 2: active, 3: active }");
    await up();
    const forced = await customersScript(running, [
      ...["keys", "retire", "acme", "--force", "lost laptop\n::error::told by phone"],
    ]);
    expect(forced.code, forced.stderr).to.equal(0);
    expect(forced.stderr).to.contain("Forced: key 3 was never used");
    expect(file()).to.contain(
      "keys: { 2: inactive, 3: active } # 2026-11-23 key 2 set inactive by force: lost laptop ::error::told by phone\n",
    );
    await up();
    const { code, stderr } = await customersScript(running, [
      ...["keys", "retire", "acme", "--force", "it is gone"],
    ]);
    expect(code, stderr).to.equal(0);
    expect(file()).to.match(
      /keys: \{ 3: active \} # .*lost laptop.* # .*removed by force: it is gone\n/,
    );
    await up();
  });

  for (const [command, said] of [
    ["rotate hooli", "pulls with its own AWS account 210987654321"],
    ["retire hooli", "pulls with its own AWS account 210987654321"],
    ["retire globex", "globex has only one key, 1"],
    ["rotate globx", "Did you mean globex?"],
  ] as const) {
    it(`is refused for \`keys ${command}\` without a write to AWS`, async () => {
      const writes = running.sandbox.front.journal.writes();
      const { code, stderr } = await keys(command);
      expect(code).to.equal(1);
      expect(stderr).to.contain(said);
      expect(running.sandbox.front.journal.writes()).to.equal(writes);
    });
  }

  it("refuses a third key before AWS is asked, with advice", async () => {
    running.project.write(
      "globex",
      "name: G\nrepositories: [edge-agent]\nkeys: { 1: active, 4: active }\n",
    );
    const { code, stderr } = await keys("rotate globex");
    expect([code, stderr]).to.deep.equal([
      1,
      "Error: globex already has two keys, 1 (active) and 4 (active), the most that AWS allows a user\n" +
        "Finish that rotation first: run `npm run customers -- keys retire globex` twice, with an update after each.\n",
    ]);
  });

  it("is shown by keys status with everything that needs attention", async () => {
    const { sandbox, project } = running;
    project.write(
      "globex",
      "name: Globex\nrepositories: [edge-agent]\nkeys: { 1: active, 2: active }\n",
    );
    await up();
    await sandbox.view.iam.send(new CreateAccessKeyCommand({ UserName: "acme" }));
    await sandbox.view.iam.send(new CreateUserCommand({ UserName: "stray", Path: "/customers/" }));
    const calm = await keys("status globex");
    expect(calm.code).to.equal(0);
    expect(calm.stdout).to.match(/^customer {2}key {2}file {4}AWS {5}id/);
    expect(calm.stdout).to.contain("2 keys, nothing needs attention.");
    const { code, stdout } = await keys("status --fail --json", later(100));
    expect(code).to.equal(1);
    const { customers, attention } = JSON.parse(stdout) as {
      customers: { customer: string; keys: { generation: number; aws: { ageDays: number } }[] }[];
      attention: { kind: string; about: string }[];
    };
    expect(customers.map(({ customer, keys: all }) => [customer, all.length])).to.deep.equal([
      ["acme", 1],
      ["globex", 2],
    ]);
    expect(customers[0]?.keys[0]?.generation).to.equal(3);
    expect(attention.map(({ kind, about }) => `${kind} ${about}`)).to.deep.equal([
      "key-undeclared acme",
      "key-old acme",
      "key-old globex",
      "key-old globex",
      "key-overlap globex",
      "user-undeclared stray",
    ]);
  });

  it("leaves the old file when a retirement is killed, and running it again finishes it", async () => {
    const { project } = running;
    const file = join(project.directory, "customers/globex.yaml");
    const before = readFileSync(file, "utf8");
    const argv = ["keys", "retire", "globex", "--force", "a test"];
    let kills = 0;
    for (let killAtWrite = 1; ; killAtWrite++) {
      project.write("globex", before);
      const { environment, directory: cwd } = project;
      const { code, signal, written } = await startScript(argv, { cwd, environment, killAtWrite })
        .end;
      if (signal === null) {
        expect(code, written).to.equal(0);
        break;
      }
      kills += 1;
      expect(readFileSync(file, "utf8")).to.equal(before);
      expect((await customersScript(running, argv)).code).to.equal(0);
      expect(readFileSync(file, "utf8")).to.contain("keys: { 1: inactive, 2: active } # ");
    }
    expect(kills).to.be.at.least(5);
  });
});
