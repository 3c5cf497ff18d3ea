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
import ICAL from "ical.js";
import PostalMime from "postal-mime";
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

/** The events of a calendar, as another program reads it. */
function eventsIn(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const { uid, summary, startDate } = new ICAL.Event(component);
    return { uid, summary, day: startDate.toString() };
  });
}

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
    for (const text of messages) {
      // RFC 5322, 2.1 and 2.1.1: CRLF, and lines of at most 78 characters.
      expect(text.replaceAll("\r\n", "")).not.to.match(/[\r\n]/);
      expect(Math.max(...text.split("\r\n").map((line) => line.length))).to.be.at.most(78);
    }
    const parsed = await PostalMime.parse(toAcme ?? "");
    expect(parsed.from).to.deep.equal({ address: "r@vendor.example", name: "Registry" });
    expect(parsed.to?.map(({ address }) => address)).to.deep.equal(["ops@acme.example"]);
    expect(parsed.subject).to.equal("Your access to our container images ends in 7 days");
    expect(parsed.date).to.equal("2026-11-23T12:00:00.000Z");
    expect(parsed.text).to.contain("Dear Acme, Robotics,\n\nyour access to our container images");
    expect(parsed.headers.map(({ key }) => key)).to.include.members(["auto-submitted", "x-notice"]);
    expect(toAcme).to.match(/^Message-ID: <[0-9a-f]{32}@vendor\.example>\r$/m);
    const again = await notices(directory, ...eml, "--record");
    expect(again.stdout).to.contain("1 notice due, 1 of them without a receiver.");
  });

  it("shows the last day of each customer as a calendar that others can read", async () => {
    const long = "Österreichische Gesellschaft für Robotik, Automation; und \\ vieles mehr ".repeat(
      2,
    );
    const named = {
      ...CUSTOMERS,
      initech: CUSTOMERS.globex.replace("Globex Österreich", long.trim()),
    };
    const { stdout } = await notices(projectFolder(named), "--format", "ics");
    // RFC 5545, 3.1: CRLF after each line, none longer than 75 bytes.
    expect(stdout.endsWith("END:VCALENDAR\r\n")).to.equal(true);
    const lines = stdout.split("\r\n");
    expect(lines.join("")).not.to.match(/[\r\n]/);
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).to.be.within(70, 75);
    const events = eventsIn(stdout);
    expect(events.map(({ day, summary }) => [day, summary])).to.deep.equal([
      ["2026-11-30", "Acme, Robotics: last day with access"],
      ["2027-11-30", "Globex Österreich: last day with access"],
      ["2026-11-23", "Hooli: last day with access"],
      ["2027-11-30", `${long.trim()}: last day with access`],
    ]);
    expect(new Set(events.map(({ uid }) => uid)).size).to.equal(4);
  });

  it("keeps the event of a customer in the calendar when its end changes or a day passes", async () => {
    const of = async (file: string, today: string) =>
      eventsIn(
        (
          await script(["notices", "--format", "ics"], {
            directory: projectFolder({ acme: file }),
            today,
          })
        ).stdout,
      );
    const [before] = await of(CUSTOMERS.acme, "2026-11-23");
    const [after_] = await of(CUSTOMERS.acme.replace("2026-11-30", "2027-11-30"), "2026-12-24");
    expect([before?.day, after_?.day]).to.deep.equal(["2026-11-30", "2027-11-30"]);
    expect(after_?.uid)
      .to.equal(before?.uid)
      .and.to.match(/^[0-9a-f]{32}@ecr-customers$/);
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
