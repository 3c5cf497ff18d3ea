/** Proves what `notices` prints, writes and records, from the command line. Nothing is sent here. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { TEMPLATES } from "../../../src/notices/texts";
import { customer } from "../../access/support";
import { cleanAccount, keyIdOf } from "../../account/cleanAccount";
import { plantedFiles } from "../../account/planted";
import { KEY } from "../plan/support";
import { projectFolder } from "../support/project";
import { script } from "../support/script";
import { restoreStubs, stubAws, stubEngine } from "../support/stubs";

const CUSTOMERS = {
  acme: "name: Acme, Robotics\nrepositories: [edge-agent]\nexpires: 2026-11-30\ncontact: ops@acme.example\nowner: jo@vendor.example\n",
  globex: "name: Globex Österreich\nrepositories: [edge-agent]\nexpires: 2027-11-30\n",
  hooli: "name: Hooli\nrepositories: [edge-agent]\nexpires: 2026-11-23\ncontact: Gavin\n",
};

describe("`notices`", function () {
  this.timeout(30_000);

  afterEach(restoreStubs);

  function notices(directory: string, ...args: string[]) {
    return script(["notices", ...args], { directory, environment: {} });
  }
  const recordOf = (directory: string) =>
    JSON.parse(readFileSync(join(directory, "notices", "dev.json"), "utf8")) as {
      sent: Record<string, string>;
    };

  it("shows what is due by receiver, and writes nothing", async () => {
    const directory = projectFolder(CUSTOMERS);
    const { code, stdout } = await notices(directory);
    expect([code, stdout]).to.deep.equal([
      0,
      `Without a receiver: write an e-mail address into \`contact\` or \`owner\`, or use --owner
  Hooli: access ends today  hooli's owner
To Gavin
  Your access to our container images ends today  hooli's contact
To jo@vendor.example
  Acme, Robotics: access ends in 7 days  acme's owner
To ops@acme.example
  Your access to our container images ends in 7 days  acme's contact
4 notices due, 1 of them without a receiver.
`,
    ]);
    expect(existsSync(join(directory, "notices"))).to.equal(false);
  });

  it("shows the same as JSON and as Markdown", async () => {
    const directory = projectFolder(CUSTOMERS);
    for (const args of [["--json"], ["--format", "json"]]) {
      const { stdout } = await notices(directory, ...args);
      const { notices: listed } = JSON.parse(stdout) as { notices: { key: string }[] };
      expect(listed.map(({ key }) => key)).to.deep.equal([
        "acme/ends/2026-11-30/7/customer",
        "acme/ends/2026-11-30/7/owner",
        "hooli/ends/2026-11-23/0/customer",
        "hooli/ends/2026-11-23/0/owner",
      ]);
    }
    const { stdout } = await notices(directory, "--format", "markdown");
    expect(stdout).to.contain("## Notices of dev\n").and.to.contain("To jo");
  });

  it("records what it has written as messages, so that a second run has nothing to do", async () => {
    const directory = projectFolder(CUSTOMERS);
    const eml = ["--format", "eml", "--output", "outbox", "--from", "Registry <r@vendor.example>"];
    const first = await notices(directory, ...eml, "--owner", "team@vendor.example", "--record");
    expect(first.code, first.stderr).to.equal(0);
    expect(Object.keys(recordOf(directory).sent)).to.deep.equal([
      "acme/ends/2026-11-30/7/customer",
      "acme/ends/2026-11-30/7/owner",
      // Not to Gavin, who has no address.
      "hooli/ends/2026-11-23/0/owner",
    ]);
    const outbox = join(directory, "outbox");
    const messages = readdirSync(outbox).map((file) => readFileSync(join(outbox, file), "utf8"));
    expect(messages).to.have.length(3);
    const toAcme = messages.find((text) => text.includes("To: ops@acme.example"));
    for (const part of [
      "From: Registry <r@vendor.example>",
      "Subject: Your access to our container images ends in 7 days",
      "Auto-Submitted: auto-generated",
      "Dear Acme, Robotics,",
    ]) {
      expect(toAcme).to.contain(part);
    }
    expect(toAcme).to.match(/^Message-ID: <[0-9a-f]{32}@vendor\.example>\r$/m);
    const again = await notices(directory, ...eml, "--record");
    expect(again.stdout).to.contain("1 notice due, 1 of them without a receiver.");
  });

  it("shows the last day of each customer as a calendar", async () => {
    const { stdout } = await notices(projectFolder(CUSTOMERS), "--format", "ics");
    const lines = stdout.split("\n");
    expect(lines.filter((line) => line.startsWith("DTSTART"))).to.deep.equal([
      "DTSTART;VALUE=DATE:20261130",
      "DTSTART;VALUE=DATE:20271130",
      "DTSTART;VALUE=DATE:20261123",
    ]);
    expect(lines).to.include("SUMMARY:Acme\\, Robotics: last day with access");
    expect(lines.at(0)).to.equal("BEGIN:VCALENDAR");
  });

  it("uses the vendor's own texts, and refuses those that it cannot fill", async () => {
    const directory = projectFolder(CUSTOMERS);
    mkdirSync(join(directory, "notices"));
    const write = (text: string) =>
      writeFileSync(join(directory, "notices", "templates.yaml"), text);
    write("ends.customer: { subject: 'Ende: {date}', text: 'Hallo {name}' }\n");
    expect((await notices(directory)).stdout).to.contain("Ende: 2026-11-30  acme's contact");
    const refused: Readonly<Record<string, string>> = {
      "ends.customer: { subject: '{day}', text: x }\n": "ends.customer does not know {day}",
      "ends.custmer: { subject: x, text: x }\n": "there is no notice ends.custmer",
      "ends.customer: x\n": "something other than notices with `subject` and `text`",
      'ends.customer: { subject: "a\\nb", text: x }\n': "something other than notices",
      "a: b: c\n": "something other than notices",
    };
    for (const [text, said] of Object.entries(refused)) {
      write(text);
      const { code, stderr } = await notices(directory);
      expect([code, stderr.includes(said)], stderr).to.deep.equal([1, true]);
    }
  });

  it("shows every text with sample values, and `validate` refuses a template that cannot be filled", async () => {
    const directory = projectFolder(CUSTOMERS);
    mkdirSync(join(directory, "notices"));
    const file = join(directory, "notices", "templates.yaml");
    copyFileSync(join(__dirname, "..", "..", "..", "template", "notices", "templates.yaml"), file);
    const own = readFileSync(file, "utf8");
    writeFileSync(file, own.replace("Dear", "Hello"));
    const { stdout } = await script(["notices", "--sample"], { directory });
    expect(stdout).to.contain("  Hello Acme Robotics GmbH,\n\n  your access");
    const { samples } = JSON.parse(
      (await script(["notices", "--sample", "--json"], { directory })).stdout,
    ) as { samples: { notice: string; subject: string; text: string }[] };
    expect(samples.map(({ notice }) => notice)).to.deep.equal(Object.keys(TEMPLATES));
    for (const { subject, text } of samples) expect(`${subject}${text}`).not.to.match(/[{}]/);
    expect((await script(["validate"], { directory })).code).to.equal(0);
    writeFileSync(file, own.replace("{when}", "{soon}"));
    const refused = await script(["validate"], { directory });
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain("ends.customer does not know {soon}");
  });

  it("reads with --aws which key was never used, and none of it without", async () => {
    const { settings, today } = plantedFiles();
    const account = cleanAccount({ settings, customers: [customer("globex")], today });
    for (const { keys } of account.users) {
      for (const key of keys)
        Object.assign(key, { createdAt: "2026-09-01T00:00:00Z", lastUsed: null });
    }
    stubAws({ observe: account });
    const state = {
      urn: `urn:pulumi:dev::p::${KEY}::globex-1`,
      type: KEY,
      id: keyIdOf("globex", 1),
    };
    stubEngine({ state: { export: { deployment: { resources: [state] } } } });
    const directory = projectFolder({ globex: CUSTOMERS.globex });
    const keysOf = async (...args: string[]) => {
      const { stdout, stderr } = await notices(directory, "--json", ...args);
      const { notices: listed } = JSON.parse(stdout) as { notices?: { key: string }[] };
      return (listed ?? [{ key: stderr }])
        .map(({ key }) => key)
        .filter((key) => /^globex/.test(key));
    };
    expect(await keysOf()).to.deep.equal([]);
    expect(await keysOf("--aws")).to.deep.equal(["globex/never-pulled/1.1/owner"]);
  });

  it("refuses a record that it has not written, because notices would be sent again", async () => {
    const directory = projectFolder(CUSTOMERS);
    mkdirSync(join(directory, "notices"));
    writeFileSync(join(directory, "notices", "dev.json"), "{}");
    const { code, stderr } = await notices(directory);
    expect(code).to.equal(1);
    expect(stderr).to.contain("was not written by").and.to.contain("version control");
  });

  it("refuses options that say nothing together", async () => {
    const directory = projectFolder(CUSTOMERS);
    for (const args of [
      "--format eml",
      "--output x",
      "--format ics --record",
      "--json --format ics",
    ]) {
      expect((await notices(directory, ...args.split(" "))).code, args).to.equal(1);
    }
  });
});
