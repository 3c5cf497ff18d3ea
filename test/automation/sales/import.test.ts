/**
 * Proves what `import` does to files: what each kind of row changes, what is kept to the byte, that
 * all is shown before anything is written, and that a second run writes nothing. Works on files and
 * the command line; AWS and the engine take no part.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "chai";
import MarkdownIt from "markdown-it";
import { script } from "../support/script";
import { HEAD, ImportProject, owned, row, SETTINGS } from "./support/importProject";
import { FULL_MAPPING, withDates } from "./support/read";

describe("an import", () => {
  it("shows each field and the access, and writes nothing", async () => {
    const project = new ImportProject({
      acme: owned("1", "expires: 2027-01-31\n"),
      hand: "name: Hand\nrepositories: [dashboard]\n",
    });
    const before = project.files();
    const { code, stdout, stderr } = await project.import(
      row("1", { name: "Acme AG", product: "Suite", end: "2028-01-31", mail: "ops@acme.example" }) +
        row("2", { name: "Bölt" }) +
        row("3", { status: "Lost" }),
    );
    expect([code, stderr]).to.deep.equal([0, ""]);
    expect(stdout.replace(/plan [0-9a-f]{64}/, "plan <digest>")).to.equal(
      [
        "Export",
        `  ${relativeTo(project, "export.csv")}: CSV, UTF-8, comma, 3 rows, 3 customers of crm`,
        "Access",
        "  acme  gains orchestrator until 2028-01-31, ends after 2028-01-31 instead of after 2027-01-31",
        "  bolt  new, gains edge-agent",
        "Customer files",
        "  acme  name          Customer 1 → Acme AG",
        "  acme  repositories  +orchestrator",
        "  acme  expires       2027-01-31 → 2028-01-31",
        "  acme  contact       none → ops@acme.example",
        "  bolt  name          Bölt (new file)",
        "  bolt  repositories  edge-agent",
        "  bolt  source        crm 2",
        "Kept as they are",
        "  1 record without a file, whose status gives no access: none is created",
        "1 new customer, 1 changed, no one loses access",
        "plan <digest>",
        "Nothing was written. `--write` writes 3 files; add `--plan-digest` with the digest above to write exactly this plan.",
        "",
      ].join("\n"),
    );
    expect(project.files()).to.deep.equal(before);
    expect(existsSync(join(project.directory, "imports"))).to.equal(false);
  });

  it("writes what it showed, and a second run changes no byte", async () => {
    const project = new ImportProject({ acme: owned("1") });
    const rows = row("1", { name: "Acme: AG", end: "2028-01-31" }) + row("2", { name: "NO" });
    expect((await project.import(rows, "--write")).code).to.equal(0);
    const written = project.files();
    expect(Object.keys(written)).to.deep.equal([
      "customers/acme.yaml",
      "customers/no.yaml",
      "imports/crm.json",
    ]);
    expect(written["customers/acme.yaml"]).to.equal(
      'name: "Acme: AG"\nrepositories: [edge-agent]\nsource: { system: crm, id: "1" }\nexpires: 2028-01-31\n',
    );
    expect(written["customers/no.yaml"]).to.equal(
      '# yaml-language-server: $schema=../schemas/customer.schema.json\nname: "NO"\nrepositories: [edge-agent]\nsource: { system: crm, id: "2" }\n',
    );
    const again = await project.import(rows, "--write");
    expect(again.stdout).to.contain("There is nothing to write.");
    expect(project.files()).to.deep.equal(written);
    expect((await script(["validate"], { directory: project.directory })).code).to.equal(0);
  });

  it("never brings back an off-boarded customer, or reuses its id", async () => {
    const project = new ImportProject({ hand: "name: Hand\nrepositories: [dashboard]\n" });
    expect((await project.import(row("1", { name: "Acme" }), "--write")).code).to.equal(0);
    rmSync(join(project.directory, "customers/acme.yaml"));
    project.put("retired-customers.txt", "acme 2026-11-01\nbolt 2025-01-01\n");
    const rows = row("1", { name: "Acme" }) + row("2", { name: "Bolt" });
    const { code, stdout } = await project.import(rows, "--write");
    expect(code).to.equal(0);
    expect(stdout).to.contain("  1  Acme  was off-boarded, so no file is created");
    expect(Object.keys(project.files())).to.include("customers/bolt-2.yaml");
    expect(Object.keys(project.files())).not.to.include("customers/acme.yaml");
    expect((await script(["validate"], { directory: project.directory })).code).to.equal(0);

    // An operator adds it again, under another id.
    project.put("customers/acme-again.yaml", owned("1"));
    const again = await project.import(row("1", { name: "Acme" }) + row("2"), "--write");
    expect(again.code).to.equal(0);
    expect(project.text("customers/acme-again.yaml")).to.contain("name: Acme");
  });

  it("keeps comments, unmapped keys, line ends and the order of a file to the byte", async () => {
    const text = [
      "# Acme, since 2019",
      'source: { id: "1", system: crm }   # do not touch',
      "",
      "repositories:   # what they bought",
      "  - dashboard # pilot",
      "  - edge-agent",
      "keys: { 1: inactive, 2: active }",
      "name:    Acme   # as in the contract",
      "contact: ops@acme.example",
      "# the end",
      "",
    ].join("\r\n");
    const project = new ImportProject({ acme: text });
    const { code } = await project.import(
      row("1", { name: "Acme AG", product: "Suite", end: "2028-01-31" }),
      "--write",
    );
    expect(code).to.equal(0);
    expect(project.text("customers/acme.yaml")).to.equal(
      text
        .replace("  - dashboard # pilot\r\n", "")
        .replace("  - edge-agent\r\n", "  - edge-agent\r\n  - orchestrator\r\n")
        .replace("name:    Acme ", "name:    Acme AG ")
        .replace("# the end", "expires: 2028-01-31\r\n# the end"),
    );
  });

  it("changes the name inside the file only, and finds the file by the id alone", async () => {
    const project = new ImportProject({ acme: owned("1"), other: owned("2") });
    await project.import(
      row("1", { name: "Customer 2" }) + row("2", { name: "Customer 1" }),
      "--write",
    );
    expect(project.text("customers/acme.yaml")).to.equal(
      owned("1").replace("Customer 1", "Customer 2"),
    );
    expect(project.text("customers/other.yaml")).to.equal(
      owned("2").replace("Customer 2", "Customer 1"),
    );
  });

  it("never touches files by hand, of another source, and protected ones", async () => {
    const files = {
      hand: "name: Customer 1\nrepositories: [edge-agent]\n",
      other: owned("1").replace("crm", "erp"),
      safe: owned("3", "protected: true\n"),
      paying: owned("5"),
    };
    const project = new ImportProject(files);
    const { stdout, code } = await project.import(
      row("1") + row("3", { name: "Renamed", status: "Lost" }) + row("5"),
      "--write",
    );
    expect(code).to.equal(0);
    for (const [id, text] of Object.entries(files))
      expect(project.text(`customers/${id}.yaml`), id).to.equal(text);
    expect(stdout).to.contain(
      "  customer-1  Customer 1  is new and has the name of a customer that this system does not own",
    );
    expect(stdout).to.contain(
      "  safe        Customer 3  is protected: it is not changed as the export says",
    );
    expect(project.text("customers/customer-1.yaml")).to.contain(
      'source: { system: crm, id: "1" }',
    );
  });

  it("keeps absent customers, and suspends them within limits only with a flag", async () => {
    const customers = Object.fromEntries(["1", "2", "3"].map((id) => [`c${id}`, owned(id)]));
    const project = new ImportProject({ ...customers, safe: owned("4", "protected: true\n") });
    const kept = await project.import(row("1") + row("2"), "--write");
    expect(kept.stdout).to.contain(
      "  c3    Customer 3  is not in the export; an absent customer keeps what it has",
    );
    expect(project.text("customers/c3.yaml")).to.equal(owned("3"));
    const reported = await project.import(row("1") + row("2"), "--write", "--removals", "suspend");
    expect(reported.stdout).to.contain(
      "  c3  suspended, LOSES edge-agent, because it is not in the export",
    );
    expect(reported.stdout).to.contain("  safe  Customer 4  is protected");
    expect([reported.code, project.text("customers/c3.yaml")]).to.deep.equal([
      0,
      `${owned("3")}status: suspended\n`,
    ]);
    expect(project.text("customers/safe.yaml")).to.equal(owned("4", "protected: true\n"));
    expect(Object.keys(project.files())).to.have.length(5);
  });

  it("lifts a suspension that an import made, but none that was made by hand", async () => {
    const project = new ImportProject({
      a: owned("1"),
      b: owned("2"),
      byhand: owned("3", "status: suspended\n"),
    });
    const grants = row("1") + row("2") + row("3");
    await project.import(row("1", { status: "Lost" }) + row("2") + row("3"), "--write");
    expect(project.text("customers/a.yaml")).to.equal(`${owned("1")}status: suspended\n`);
    expect(project.text("imports/crm.json")).to.contain('"1": { "file": "a", "suspended": true }');
    const { stdout } = await project.import(grants, "--write");
    expect(stdout).to.contain("  a  back, gains edge-agent");
    expect(stdout).to.contain(
      "  byhand  Customer 3  is suspended, and not by an import: delete `status: suspended` from",
    );
    expect(project.text("customers/a.yaml")).to.equal(owned("1"));
    expect(project.text("customers/byhand.yaml")).to.equal(owned("3", "status: suspended\n"));
    // By hand, after the import had lifted its own.
    project.put("customers/a.yaml", owned("1", "status: suspended\n"));
    await project.import(grants, "--write");
    expect(project.text("customers/a.yaml")).to.equal(owned("1", "status: suspended\n"));
  });

  it("does not change access for `keep` and ignored rows, and creates no customer that has ended", async () => {
    const project = new ImportProject({ a: owned("1", "expires: 2027-01-31\n"), b: owned("2") });
    const { stdout } = await project.import(
      row("1", { name: "New Name", status: "Late", product: "Suite", end: "2030-01-01" }) +
        row("2", { name: "Ignored", status: "Open" }) +
        row("3", { end: "2020-01-01" }) +
        row("4", { status: "Late" }),
      "--write",
    );
    expect(project.text("customers/a.yaml")).to.equal(
      owned("1", "expires: 2027-01-31\n").replace("Customer 1", "New Name"),
    );
    expect(project.text("customers/b.yaml")).to.equal(owned("2"));
    expect(stdout).to.contain("  b  Customer 2  has only rows that the mapping ignores");
    expect(stdout).to.contain("1 record without a file, whose end date has passed");
    expect(
      Object.keys(project.files()).filter((path) => path.startsWith("customers")),
    ).to.have.length(2);
  });

  it("handles a blank end date as the mapping says", async () => {
    for (const [blank, text] of [
      ["none", owned("1")],
      ["keep", owned("1", "expires: 2027-01-31\n")],
      ["suspend", `${owned("1", "expires: 2027-01-31\n")}status: suspended\n`],
    ] as const) {
      const project = new ImportProject({ a: owned("1", "expires: 2027-01-31\n"), b: owned("2") });
      project.put("crm.yaml", withDates(`blank: ${blank}`));
      const { code } = await project.import(
        row("1") + row("2", { end: "2030-01-01" }),
        "--write",
        "--max-revocations",
        "2",
      );
      expect([code, project.text("customers/a.yaml")], blank).to.deep.equal([0, text]);
    }
  });

  it("gives no company a name that another one has or had, but gives a company its own name again", async () => {
    const project = new ImportProject({ gone: owned("1") });
    await project.import(row("1") + row("2", { name: "Acme" }), "--write");
    expect(project.text("customers/acme.yaml")).to.contain('id: "2"');
    rmSync(join(project.directory, "customers/acme.yaml"));
    await project.import(row("1") + row("3", { name: "Acme" }), "--write");
    expect(project.text("customers/acme-2.yaml")).to.contain('id: "3"');
    await project.import(
      row("1") + row("3", { name: "Acme" }) + row("2", { name: "Another Name" }),
      "--write",
    );
    expect(project.text("customers/acme.yaml")).to.contain("name: Another Name");
  });

  it("starts without any customer, and later treats an empty folder as a mistake", async () => {
    const project = new ImportProject();
    rmSync(join(project.directory, "customers"), { recursive: true });
    expect((await project.import(row("1"), "--write")).code).to.equal(0);
    expect(Object.keys(project.files())).to.deep.equal([
      "customers/customer-1.yaml",
      "imports/crm.json",
    ]);
    rmSync(join(project.directory, "customers/customer-1.yaml"));
    const { code, stderr } = await project.import(row("1"), "--write");
    expect([code, stderr.includes("got an empty folder")]).to.deep.equal([1, true]);
  });

  it("links a hand-written file with a Salesforce id of 15 characters to a row with 18", async () => {
    const text =
      'name: Acme\nrepositories: [edge-agent]\nsource: { system: crm, id: "AbCdE00000fghij" }\n';
    const project = new ImportProject({ acme: text });
    project.put("crm.yaml", `${FULL_MAPPING}ids: salesforce\n`);
    await project.import(row("AbCdE00000fghijVAA", { name: "Acme AG" }), "--write");
    expect(project.text("customers/acme.yaml")).to.equal(text.replace("Acme", "Acme AG"));
    project.put("customers/twin.yaml", text.replace("AbCdE00000fghij", "AbCdE00000fghijVAA"));
    const { code, stderr } = await project.import(row("AbCdE00000fghijVAA"), "--write");
    expect([code, /twin\.yaml:1:1 .* which .*acme\.yaml has too/.test(stderr)]).to.deep.equal([
      1,
      true,
    ]);
  });

  it("refuses what validate would refuse, and a file that cannot be edited, before anything is written", async () => {
    const strict = SETTINGS.replace(
      "  ecr-customers:repositories",
      "  ecr-customers:requireExpiry: true\n  ecr-customers:repositories",
    );
    const project = new ImportProject({ a: owned("1", "expires: 2027-01-31\n") }, strict);
    const before = project.files();
    const { code, stderr } = await project.import(
      row("1", { end: "2027-02-01" }) + row("2"),
      "--write",
    );
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /export\.csv:3:1 {2}in .*customer-2\.yaml after this import: expected an end date, which this stack requires, got none\./,
    );
    expect(project.files()).to.deep.equal(before);
    const flow = new ImportProject({
      a: `{name: A, repositories: [edge-agent], source: {system: crm, id: "1"}}\n`,
    });
    const refused = await flow.import(row("1"), "--write");
    expect([
      refused.code,
      refused.stderr.includes("write one `key: value` per line, without braces"),
    ]).to.deep.equal([1, true]);
    const nameless = await new ImportProject({ a: owned("1") }).import(
      row("1") + row("2", { name: "" }),
      "--write",
    );
    expect(nameless.stderr).to.contain(
      "expected a name for the new customer 2, got a blank cell. Write the company's name in the sales system, and export again. [record-name]",
    );
  });

  it("reports all problems of export, mapping and files, as JSON too", async () => {
    const project = new ImportProject({ a: "name: [\n" });
    project.put("crm.yaml", FULL_MAPPING.replace("Won: grant", "Won: allow"));
    const { code, stdout } = await project.import(row("1"), "--json");
    expect(code).to.equal(1);
    const { problems } = JSON.parse(stdout) as { problems: { check: string }[] };
    expect(problems.map(({ check }) => check)).to.have.members(["yaml-syntax", "mapping-status"]);
  });
});

describe("an import's reports", () => {
  const evil =
    '"=HYPERLINK(""http://x.example"") <img src=x> @all [a](b) ::error::\u001b[31m\u202e"';

  it("contain the plan as values in JSON", async () => {
    const project = new ImportProject({ acme: owned("1") });
    const { stdout } = await project.import(row("1", { name: "New" }), "--json", "--write");
    const json = JSON.parse(stdout) as Record<string, unknown>;
    expect(json).to.deep.include({
      system: "crm",
      written: true,
      refusals: [],
      losing: [],
      entitledBefore: 1,
    });
    expect(json["changes"]).to.deep.equal([
      {
        customer: "acme",
        record: "1",
        line: 2,
        kind: "changed",
        fields: [{ field: "name", before: "Customer 1", after: "New" }],
      },
    ]);
  });

  it("for a pull request contain no markup, link or mention from the export", async () => {
    const project = new ImportProject();
    const { stdout, code } = await project.importFile(
      `${HEAD}1,${evil},Won,Agent,,\n`,
      "--markdown",
      "report.md",
    );
    expect(code).to.equal(0);
    const html = new MarkdownIt({ html: true, linkify: true }).render(project.text("report.md"));
    expect(html).not.to.match(/<(?:a|img|script)\b/);
    expect(html).to.contain("HYPERLINK").and.to.contain("&lt;img src=x&gt;");
    expect(stdout)
      .not.to.match(/(?!\n)[\p{Cc}\p{Cf}]/u)
      .and.not.to.match(/^\s*::/m);
    const failed = await project.importFile(
      `${HEAD}1,A,${evil},Agent,,\n`,
      "--markdown",
      "report.md",
    );
    expect(failed.code).to.equal(1);
    expect(
      new MarkdownIt({ html: true, linkify: true }).render(project.text("report.md")),
    ).not.to.match(/<(?:a|img)\b/);
  });

  it("for a pull request fit into a comment", async () => {
    const project = new ImportProject();
    const rows = Array.from({ length: 150 }, (_, at) => row(String(at), { name: "&".repeat(199) }));
    await project.import(rows.join(""), "--markdown", "report.md");
    expect(project.text("report.md").length).to.be.within(20_000, 60_100);
  });

  it("contain names as text, never as a formula or YAML", async () => {
    const project = new ImportProject();
    await project.importFile(`${HEAD}1,${evil},Won,Agent,,\n`, "--write");
    const [path = ""] = Object.keys(project.files());
    expect(project.text(path).split("\n")[1]).to.equal(
      'name: "=HYPERLINK(\\"http://x.example\\") <img src=x> @all [a](b) ::error:: [31m"',
    );
    const { stdout } = await script(["access", "--csv"], { directory: project.directory });
    expect((await script(["validate"], { directory: project.directory })).code).to.equal(0);
    expect(stdout).to.contain(`"'=HYPERLINK`);
  });
});

describe("a plan's digest", () => {
  it("binds the write to what was reviewed", async () => {
    const project = new ImportProject({ acme: owned("1") });
    const digest = async (rows: string) =>
      (JSON.parse((await project.import(rows, "--json")).stdout) as { digest: string }).digest;
    const reviewed = await digest(row("1", { name: "New" }));
    const before = project.files();
    const other = await project.import(
      row("1", { name: "Newer" }),
      "--write",
      "--plan-digest",
      reviewed,
    );
    expect([other.code, project.files()]).to.deep.equal([2, before]);
    expect(other.stdout).to.contain("export, mapping or files have changed since");
    project.put("customers/acme.yaml", `${owned("1")}# edited\n`);
    expect(
      (await project.import(row("1", { name: "New" }), "--write", "--plan-digest", reviewed)).code,
    ).to.equal(2);
    project.put("customers/acme.yaml", owned("1"));
    expect(
      (await project.import(row("1", { name: "New" }), "--write", "--plan-digest", reviewed)).code,
    ).to.equal(0);
    expect(project.text("customers/acme.yaml")).to.contain("name: New\n");
  });
});

describe("the command line of import", () => {
  it("requires either a mapping or a suggestion, and checks its limits", async () => {
    const project = new ImportProject({ acme: owned("1") });
    const { directory } = project;
    project.put("export.csv", HEAD + row("1"));
    const refused: [string[], string][] = [
      [["import"], "expected `npm run customers -- import <file>`"],
      [["import", "export.csv"], "Name a --mapping"],
      [
        ["import", "export.csv", "--suggest", "a.yaml", "--mapping", "crm.yaml"],
        "--suggest cannot be combined",
      ],
      [["import", "export.csv", "--suggest", "a.yaml", "--write"], "--suggest cannot be combined"],
      [
        ["import", "export.csv", "--mapping", "crm.yaml", "--max-revocations", "many"],
        "e.g. 12 or 15%",
      ],
      [
        ["import", "export.csv", "--mapping", "crm.yaml", "--max-revocations", "101%"],
        "e.g. 12 or 15%",
      ],
      [["import", "export.csv", "--mapping", "crm.yaml", "--removals", "delete"], "delete"],
      [
        ["import", "nowhere.csv", "--mapping", "crm.yaml"],
        "nowhere.csv:1:1  expected a readable file, got no such file or folder",
      ],
      [["import", ".", "--mapping", "crm.yaml"], "expected a readable file, got EISDIR"],
    ];
    for (const [argv, said] of refused) {
      const { code, stderr } = await script(argv, { directory });
      expect([code, stderr.includes(said)], `${argv.join(" ")}: ${stderr}`).to.deep.equal([
        1,
        true,
      ]);
    }
  });
});

describe("import --suggest", () => {
  it("writes a mapping with every status to fill in, and never over another file", async () => {
    const project = new ImportProject();
    const deals = [
      '"Associated Company IDs","Associated Company","Deal Stage","Product","Contract end date"',
      '"8812","Acme","Closed Won","Edge Agent;Support","2027-01-31"',
      '"8813","Globex","Won: renewal # ""x""","Edge Agent",""',
      '"8812","Acme","Closed Won","Edge Agent","2028-01-31"',
      '"8814","B","","",""',
    ];
    project.put("deals.csv", `${deals.join("\n")}\n`);
    const argv = ["import", "deals.csv", "--suggest", "hub.yaml"];
    const { code, stdout } = await script(argv, { directory: project.directory });
    expect([code, stdout]).to.deep.equal([
      0,
      "Wrote hub.yaml. Fill in what each status means and what each product stands for, then:\n  `npm run customers -- import deals.csv --mapping hub.yaml`\n",
    ]);
    const text = project.text("hub.yaml");
    expect(text.split("\n").slice(1).join("\n")).to.equal(
      [
        "# Made from 4 rows, based on the ready mapping hubspot-deals.yaml. Fill in what is blank; docs/sales-exports.md explains each key.",
        "system: hubspot",
        "ids: number",
        "columns:",
        '  id: "Associated Company IDs"',
        '  name: "Associated Company"',
        '  status: "Deal Stage"',
        '  products: "Product"',
        '  expires: "Contract end date"',
        "# grant: has access; keep: as before; suspend: access ends; ignore: the row says nothing.",
        "statuses:",
        '  "Closed Won": # 2 rows, usually grant',
        '  "": # 1 row',
        '  "Won: renewal # \\"x\\"": # 1 row',
        "# Which repositories each product stands for, e.g. [edge-agent]; [] for one without images.",
        "products:",
        '  "Edge Agent": # 3 rows',
        '  "": # 1 row',
        '  "Support": # 1 row',
        "duplicates: any-active # 1 row more than ids",
        "dates:",
        "  blank: # 2 rows. none: has no end; keep: the end in the file stays; suspend: no access",
        "",
      ].join("\n"),
    );
    const unfilled = await script(["import", "deals.csv", "--mapping", "hub.yaml"], {
      directory: project.directory,
    });
    expect(unfilled.stderr).to.contain(
      "statuses.Closed Won: expected grant, keep, suspend or ignore, got nothing",
    );
    expect((await script(argv, { directory: project.directory })).stderr).to.contain(
      "hub.yaml exists already",
    );

    const filled = text
      .replace('"Closed Won": #', '"Closed Won": grant #')
      .replace('"": # 1 row', '"": ignore')
      .replace(/(x\\""): #/, "$1: keep #")
      .replace('"Edge Agent": #', '"Edge Agent": [edge-agent] #')
      .replace('  "": # 1 row', '  "": [] # 1 row')
      .replace('"Support": #', '"Support": [] #')
      .replace("blank: #", "blank: none #");
    writeFileSync(join(project.directory, "hub.yaml"), filled);
    const done = await script(["import", "deals.csv", "--mapping", "hub.yaml"], {
      directory: project.directory,
    });
    expect([done.code, done.stderr]).to.deep.equal([0, ""]);
    expect(done.stdout).to.contain("acme  new, gains edge-agent until 2028-01-31");
  });

  it("guesses columns by usual names, and leaves the others open", async () => {
    const project = new ImportProject();
    project.put(
      "crm.csv",
      "Kundennummer;Customer Name;Stage;Contract End;E-Mail\n7;Acme;Gewonnen;31.12.2027;a@b.c\n",
    );
    await script(["import", "crm.csv", "--suggest", "new.yaml"], { directory: project.directory });
    const text = project.text("new.yaml");
    expect(text).to.contain("system:  # the sales system's name");
    expect(text)
      .to.contain("  id: # which column?\n")
      .and.to.contain('  expires: "Contract End"\n');
    expect(text).to.contain('  contact: "E-Mail"\n').and.to.contain('  "Gewonnen": # 1 row\n');
    expect(text)
      .to.contain("dates:\n  format: DD.MM.YYYY\n")
      .and.to.contain("repositories: # what every customer gets, e.g. [edge-agent]\n");
    project.put("us.csv", "Customer ID,Name,Status,End Date\nA,Acme,Won,01/02/2027\n");
    await script(["import", "us.csv", "--suggest", "us.yaml"], { directory: project.directory });
    expect(project.text("us.yaml")).to.contain(
      "  format: # DD/MM/YYYY or MM/DD/YYYY? One is 01/02/2027\n",
    );
    project.put("no.csv", "hello\n");
    expect(
      (await script(["import", "no.csv", "--suggest", "no.yaml"], { directory: project.directory }))
        .stderr,
    ).to.contain("expected a table with a header, got none in its first rows");
  });
});

function relativeTo({ directory }: ImportProject, file: string): string {
  return relative(process.cwd(), join(directory, file));
}
