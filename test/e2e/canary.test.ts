/**
 * Proves that the secret of a customer's key is written nowhere but, encrypted, into the state: every command
 * is run, with and without success, and an update is killed, while everything that is written (output, state and
 * its backups, temporary files, reports) is collected and searched for every secret that AWS has returned, plain
 * and encoded. A file that exists only between two scans is not seen.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { nameOf } from "../../automation/cli/command";
import { COMMANDS } from "../../automation/commandTable";
import { formsOf, Written } from "./support/canary";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

const MAPPING = `system: crm
ids: number
columns: { id: Id, name: Name, status: Stage, products: Product }
statuses: { Won: grant, Lost: suspend }
products: { Agent: [edge-agent] }
`;

/** Each command, as it does its work and as it fails. */
const RUNS: readonly (readonly string[])[] = [
  ["validate"],
  ["completion"],
  ["init", "--yes"],
  [
    ...["init", "vendor", "--yes", "--account", "123456789012", "--region", "eu-central-1"],
    ...["--repositories", "edge-agent", "--github", "acme/registry"],
  ],
  ["access"],
  ["access", "acme", "--json"],
  ["preview", "--markdown", "comment.md"],
  ["preview", "--json", "--debug"],
  ["pull-request", "files"],
  ["pull-request", "comment", "comment.md"],
  ["up", "--yes", "--debug"],
  ["up", "--yes", "--json"],
  ["drift", "--json"],
  ["drift", "--markdown", "drift.md", "--debug"],
  ["keep", "edge-agent"],
  ["adopt", "--json", "--users", "."],
  ["outputs"],
  ["outputs", "--json"],
  ["unlock"],
  ["cells", "--json"],
  ["keys", "status"],
  ["keys", "status", "--json", "--fail", "--older-than", "0"],
  ["keys", "rotate", "acme"],
  ["keys", "retire", "hooli", "--force", "because"],
  ["suspend", "acme", "--reason", "unpaid"],
  ["resume", "acme", "--new-key", "--json"],
  ["revoke", "hooli"],
  ["revoke", "hooli", "--now", "--json"],
  ["offboard", "hooli", "--json"],
  ["doctor", "acme", "--json", "--error", "no basic auth credentials"],
  ["history", "acme"],
  ["why", "acme", "edge-agent", "--on", "2026-11-01"],
  ["pulls"],
  ["pulls", "--idle", "30d", "--json"],
  ["report", "--html", "report.html", "--aws", "--markdown", "summary.md"],
  ["notices"],
  ["renewals"],
  ["notices", "--format", "eml", "--output", "outbox", "--from", "a@b.example", "--record"],
  ["import", "deals.csv", "--mapping", "crm.yaml", "--markdown", "import.md"],
  ["sync", "deals.csv", "--mapping", "crm.yaml", "--yes", "--debug"],
  ["destroy", "--yes", "--debug"],
  ["destroy", "--yes", "--allow-revocations", "9", "--debug"],
];
/**
 * `handover` has a canary of its own beside its other tests, because it writes more than others; `sandbox` is the AWS
 * that gives the secrets out.
 */
const ELSEWHERE: readonly string[] = ["handover", "sandbox"];

describe("the secret of a key", function () {
  const running = withSandbox(this, SETTINGS);
  const temporary = mkdtempSync(join(tmpdir(), "canary-"));
  const usual = process.env["TMPDIR"];
  let written: Written;

  before(() => {
    process.env["TMPDIR"] = temporary;
    const home = running.sandbox.environment["HOME"] ?? "";
    written = new Written([temporary, running.project.directory, home]);
    const { directory } = running.project;
    writeFileSync(join(directory, "deals.csv"), "Id,Name,Stage,Product\n4711,Initech,Won,Agent\n");
    writeFileSync(join(directory, "crm.yaml"), MAPPING);
    for (const id of ["acme", "globex", "hooli"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
  });

  after(() => {
    written.stop();
    if (usual === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usual;
    rmSync(temporary, { recursive: true, force: true });
  });

  async function run(argv: readonly string[], environment: Record<string, string> = {}) {
    const ended = await customersScript(running, argv, {
      environment: { TMPDIR: temporary, ...environment },
    });
    written.add(`stdout of ${argv.join(" ")}`, ended.stdout);
    written.add(`stderr of ${argv.join(" ")}`, ended.stderr);
    return ended;
  }

  /** Every secret that AWS has given out here; it forgets those of keys that are gone. */
  const secrets = new Set<string>();

  async function noteSecrets(): Promise<void> {
    const { registry, view } = running.sandbox;
    for (const { keys } of await view.users()) {
      for (const key of Object.keys(keys)) {
        const secret = registry.callers.secretForTests(key);
        if (secret !== undefined) secrets.add(secret);
      }
    }
  }

  it("is searched for after every command", () => {
    const run = RUNS.map((argv) => `${argv.join(" ")} `);
    const missing = COMMANDS.map(nameOf).filter(
      (name) => !ELSEWHERE.includes(name) && !run.some((line) => line.startsWith(`${name} `)),
    );
    expect(missing).to.deep.equal([]);
  });

  it("is found by the search in each encoding", () => {
    const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    const forms = formsOf(secret);
    expect(forms.length).to.be.greaterThan(8);
    for (const { kind, form } of forms) {
      writeFileSync(join(temporary, "planted"), `x${form}x`);
      expect(written.find([secret]).join(), kind).to.contain(kind);
    }
    for (const alignment of ["", "a", "ab"]) {
      const text = Buffer.from(`${alignment}${secret}tail`).toString("base64");
      writeFileSync(join(temporary, "planted"), text);
      expect(written.find([secret]).join()).to.contain("base64");
    }
    // What was planted stays in the collection; the real search starts again.
    written.stop();
    rmSync(join(temporary, "planted"));
    const home = running.sandbox.environment["HOME"] ?? "";
    written = new Written([temporary, running.project.directory, home]);
  });

  it("is not in anything that commands write, with or without success", async () => {
    running.project.write(
      "hooli",
      "name: hooli\nrepositories: [edge-agent]\nkeys: { 1: active, 2: active }\n",
    );
    expect((await run(["up", "--yes"])).code).to.equal(0);
    await noteSecrets();
    running.project.write(
      "globex",
      "name: globex\nrepositories: [edge-agent]\nstatus: suspended\n",
    );
    const fault = { action: "TagUser", times: Infinity };
    for (const argv of RUNS) {
      await run(argv, { PULUMI_CONFIG_PASSPHRASE: "wrong" });
      running.sandbox.front.faults.failCall({
        ...fault,
        error: { code: "ServiceFailure", message: "sorry", status: 500 },
      });
      await run(argv);
      running.sandbox.front.faults.clear();
      await noteSecrets();
    }
    expect(secrets.size).to.be.greaterThan(3);
    expect(written.size).to.be.greaterThan(RUNS.length * 4);
    expect(written.find([...secrets])).to.deep.equal([]);
  });

  it("is not in anything that a killed update leaves", async () => {
    // The commands have changed the files; what they end is not what is looked at here.
    const up = ["up", "--yes", "--debug", "--allow-revocations", "9"];
    for (const write of [3, 6]) {
      let interrupt = () => {};
      running.sandbox.front.faults.atCall(write, async () => {
        await noteSecrets();
        interrupt();
        interrupt();
      });
      const ended = await customersScript(running, up, {
        environment: { TMPDIR: temporary },
        withInterrupt: (given) => (interrupt = given),
      });
      written.add("stdout of a killed update", ended.stdout);
      written.add("stderr of a killed update", ended.stderr);
      await run(["unlock", "--force"]);
      expect((await run(up)).code).to.equal(0);
      await noteSecrets();
      await run(["destroy", "--yes", "--allow-revocations", "9"]);
    }
    expect(secrets.size).to.be.greaterThan(6);
    expect(written.find([...secrets])).to.deep.equal([]);
  });

  it("is in the state only encrypted", async () => {
    expect((await run(["up", "--yes", "--allow-revocations", "9"])).code).to.equal(0);
    await noteSecrets();
    const state = join(running.project.directory, "state/.pulumi/stacks/ecr-customers/dev.json");
    const text = readFileSync(state, "utf8");
    expect(text).to.contain('"ciphertext"');
    expect(written.find([...secrets])).to.deep.equal([]);
  });
});
