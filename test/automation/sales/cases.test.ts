/**
 * Proves what an import makes of exports that were once misread, from the command line to the files:
 * each stands for a kind, whose properties the tests beside this one prove. The files in
 * test/fixtures/sales are made up, in the form of the systems that write them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { READY_MAPPINGS } from "../../../automation/sales/mapping/mapping";
import { script } from "../support/script";
import { ImportProject } from "./support/importProject";
import { workbook, type WorkbookCell } from "./support/workbook";

const FIXTURES = join(__dirname, "../../fixtures/sales");

function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, name));
}

/** The rows of customers.csv as cells of a workbook, with the end of the fourth customer replaced. */
function customersAsWorkbook(end: WorkbookCell, isUncomputed = false): Uint8Array {
  const [head = [], ...rows] = fixture("customers.csv")
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.slice(1, -1).split('","'));
  const cells = rows.map((row, at): WorkbookCell[] => [
    ...row.slice(0, 4),
    at === 3 ? end : { date: 46_447 + at },
  ]);
  return workbook({ Export: [head, ...cells] }, { isUncomputed });
}

/** Imports files one after the other, each written; what the last one said. */
async function importAll(
  project: ImportProject,
  mapping: string,
  ...contents: (string | Uint8Array)[]
): Promise<{ code: number; text: string }> {
  let last = { code: -1, text: "" };
  for (const content of contents) {
    const source = typeof content === "string" ? fixture(content) : content;
    const argv = ["--mapping", mapping, "--write", "--mapping-changed"];
    const { code, stdout, stderr } = await project.importFile(source, ...argv);
    last = { code, text: stdout + stderr };
  }
  return last;
}

const OWN = join(FIXTURES, "customers.yaml");
const ready = (name: string) => join(READY_MAPPINGS, `${name}.yaml`);

describe("an export that can be misread", () => {
  const refused: [
    what: string,
    mapping: string,
    contents: (string | Uint8Array)[],
    said: RegExp,
  ][] = [
    [
      "0 in a cell that shows days",
      OWN,
      ["customers.csv", customersAsWorkbook({ date: 0 })],
      /export\.csv:5:5 {2}Licence end date \(E5\): expected an end date from 2015-01-01 on, got "1899-12-30", which may stand for no date, in 1 row\. Write `dates: \{ timeZone: UTC, noEnd: \["1899-12-30"\] \}` if it stands for no end date/,
    ],
    [
      "1970-01-01",
      OWN,
      ["customers.csv", "date-1970-01-01.csv"],
      /Licence end date \(E5\): expected an end date from 2015-01-01 on, got "1970-01-01", which may stand for no date/,
    ],
    [
      "9999-12-31",
      OWN,
      ["customers.csv", "date-9999-12-31.csv"],
      /expected an end date up to 2076-11-23, got "9999-12-31", which may stand for no date, in 1 row\. Write `dates: \{ timeZone: UTC, noEnd: \["9999-12-31"\] \}` if it stands for no end date, in /,
    ],
    [
      "N/A for an end date",
      OWN,
      ["customers.csv", "date-not-available.csv"],
      /expected a day as YYYY-MM-DD, got "N\/A" in 1 row\. Write `dates: \{ timeZone: UTC, noEnd: \[N\/A\] \}` if it stands for no end date, in /,
    ],
    [
      "a formula whose result was never stored",
      OWN,
      [
        "customers.csv",
        customersAsWorkbook({ raw: '<c r="PLACE" s="1"><f>DATE(2027,3,4)</f><v /></c>' }),
      ],
      /Licence end date \(E5\): expected a value, got a formula whose result is not in the file\. Open the file in Excel and save it/,
    ],
    [
      "a formula in a workbook whose writer left all results to the next program",
      OWN,
      [
        "customers.csv",
        customersAsWorkbook({ raw: '<c r="PLACE" s="1"><f>DATE(2027,3,4)</f><v>0</v></c>' }, true),
      ],
      /Licence end date \(E5\): expected a value, got a formula whose result is not in the file/,
    ],
    [
      "days as numbers",
      OWN,
      ["customers.csv", customersAsWorkbook(46_450)],
      /Licence end date \(E5\): expected a day as YYYY-MM-DD, got "46450", a number that Excel shows as 2027-03-04 in a cell with a date format in 1 row\. Write `dates: \{ timeZone: UTC, serialNumbers: true \}` in /,
    ],
    [
      "a file that is cut off in its last cell",
      OWN,
      ["unquoted.csv", "cut-in-last-cell.csv"],
      /Licence end date \(E21\): expected a line end after the last row, as after the others, got none[^]*Licence end date \(E21\): expected a day as YYYY-MM-DD, got "2027-03-2"/,
    ],
    [
      "a deletion mark in a language that no one has mapped",
      ready("salesforce-data-loader"),
      ["deleted-in-finnish.csv"],
      /ISDELETED \(D2\): expected a value that the mapping ignores or reads, got "EPÄTOSI" in 1 row\. Write `"EPÄTOSI": read` if rows with it count, or `"EPÄTOSI": ignore` if they do not, under `ignoreRows\.IsDeleted` in /,
    ],
    [
      "no deletion mark where the mapping knows one",
      ready("salesforce-data-loader"),
      ["without-is-deleted.csv"],
      /expected a column "IsDeleted", got none of that name\. Add it to the export, or delete `IsDeleted` under `ignoreRows` in \S+ if the export holds no such rows/,
    ],
    [
      "dates that allow day and month in either order",
      ready("salesforce-report"),
      ["report-in-either-order.csv"],
      /Contract End Date \(E2\): expected dates that allow only one order of day and month, got "11\/5\/2027", which is 2027-05-11 as DD\/MM\/YYYY and 2027-11-05 as MM\/DD\/YYYY in 3 rows\. Write `dates: \{ format: DD\/MM\/YYYY \}` if it is 2027-05-11, or `dates: \{ format: MM\/DD\/YYYY \}` if it is 2027-11-05, in /,
    ],
    [
      "an id that is in capitals now",
      join(FIXTURES, "plans.yaml"),
      ["ids.csv", "ids-in-capitals.csv"],
      /export\.csv:2:1 {2}expected ids in one form, got "NORD-1", which differs from "nord-1", which customer files have, in its form only\. Write `idForm: \{ case: ignore \}` if they are one record, or `idForm: \{ case: exact \}` if they are two, in /,
    ],
  ];
  for (const [what, mapping, contents, said] of refused) {
    it(`is refused and changes no file: ${what}`, async () => {
      const project = new ImportProject();
      const before = contents.slice(0, -1);
      if (before.length > 0) {
        expect((await importAll(project, mapping, ...before)).code, before.join()).to.equal(0);
      }
      const files = project.files();
      const { code, text } = await importAll(project, mapping, ...contents.slice(-1));
      expect([code, project.files()], text).to.deep.equal([1, files]);
      expect(text).to.match(said);
    });
  }

  it("changes nothing when ids are text formulas", async () => {
    const project = new ImportProject();
    await importAll(project, OWN, "customers.csv");
    const files = project.files();
    const { code, text } = await importAll(project, OWN, "text-formula-ids.csv");
    expect([code, project.files()], text).to.deep.equal([0, files]);
  });

  it("changes nothing when a row of totals in German ends it, and counts that row", async () => {
    const project = new ImportProject();
    await importAll(project, OWN, "customers.csv");
    const files = project.files();
    const { code, text } = await importAll(project, OWN, "totals-in-german.csv");
    expect([code, project.files()], text).to.deep.equal([0, files]);
    expect(text).to.contain("20 rows, 20 customers of hubspot; 1 line of a footer left out");
  });

  it("gives a deleted record nothing, even when Excel has translated the mark", async () => {
    const project = new ImportProject();
    const mapping = ready("salesforce-data-loader");
    expect((await importAll(project, mapping, "deleted-in-german.csv")).code).to.equal(0);
    expect(Object.keys(project.files())).to.include("customers/nordlicht.yaml");
    expect(Object.keys(project.files())).not.to.include("customers/suedwind.yaml");
  });

  it("gives nothing for a contract that has ended beside one that runs", async () => {
    const project = new ImportProject();
    const mapping = ready("salesforce-data-loader");
    expect((await importAll(project, mapping, "ended-beside-running.csv")).code).to.equal(0);
    const text = project.text("customers/nordlicht.yaml");
    expect(text).to.contain("repositories: [edge-agent]\n").and.to.contain("expires: 2027-12-31\n");
  });

  it("keeps what a subscription gave when it is past due", async () => {
    const project = new ImportProject();
    const mapping = ready("stripe");
    expect((await importAll(project, mapping, "subscriptions.csv")).code).to.equal(0);
    const files = project.files();
    expect(files["customers/nordlicht.yaml"]).to.contain("[edge-agent, orchestrator]");
    const { code, text } = await importAll(project, mapping, "subscription-past-due.csv");
    expect([code, project.files()], text).to.deep.equal([0, files]);
  });

  it("suspends no customer for a deal that was lost", async () => {
    const project = new ImportProject();
    const mapping = ready("salesforce-data-loader");
    expect((await importAll(project, mapping, "won.csv")).code).to.equal(0);
    const files = project.files();
    const { code, text } = await importAll(project, mapping, "upsell-lost.csv");
    expect([code, project.files()], text).to.deep.equal([0, files]);
    expect(text).to.contain("kunde-20  Kunde 20  has only rows that the mapping ignores");
  });

  it("reads an instant as the day that the sales system's clocks show", async () => {
    const project = new ImportProject();
    await importAll(project, OWN, "customers.csv");
    const berlin = join(FIXTURES, "customers-berlin.yaml");
    const { code, text } = await importAll(project, berlin, "instants.csv");
    expect(code, text).to.equal(0);
    const ends = ["03", "04", "05"].map(
      (number) => /expires: (\S+)/.exec(project.text(`customers/firma-${number}-gmbh.yaml`))?.[1],
    );
    expect(ends).to.deep.equal(["2027-03-31", "2027-03-31", "2027-03-28"]);
  });

  it("names the hand-written customer that a new one may be, and how to hand it over", async () => {
    const project = new ImportProject({
      nordlicht: "name: Nordlicht AG\nrepositories: [edge-agent]\n",
      "sued-wind": "name: Süd-Wind GmbH & Co. KG\nrepositories: [edge-agent]\n",
    });
    const { code, text } = await importAll(project, OWN, "known-by-hand.csv");
    expect(code, text).to.equal(0);
    expect(text).to.match(
      /nordlicht-2 {2}Nordlicht {2}is new and has the name of a customer that this system does not own: if they are the same customer, write `source: \{ system: hubspot, id: "1" \}` into \S*customers\/nordlicht\.yaml and import again/,
    );
    expect(text).to.match(
      /suedwind {5}SUEDWIND {3}is new and .* write `source: \{ system: hubspot, id: "2" \}` into \S*customers\/sued-wind\.yaml/,
    );
  });

  it("gets the project's ready mapping as a suggestion, with the id of the organization", async () => {
    const project = new ImportProject();
    project.put("deals.csv", fixture("organizations.csv"));
    const argv = ["import", "deals.csv", "--suggest", "deals.yaml"];
    expect((await script(argv, { directory: project.directory })).code).to.equal(0);
    expect(project.text("deals.yaml")).to.match(
      /based on the ready mapping pipedrive\.yaml[^]*system: pipedrive\nids: number\ncolumns:\n {2}id: "Deal - Organization ID"\n {2}name: "Deal - Organization"\n {2}status: "Deal - Status"\n {2}expires: "Deal - Licence end"\n/,
    );
  });
});
