/**
 * Proves that every refusal of an import shows a way out that works: where it proposes lines for the
 * mapping, each of them, copied into the file, makes the same import pass; where it asks for another
 * export, that one passes. The table has a row for each check that the source names, or fails.
 */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { strToU8, zipSync } from "fflate";
import { readBytes } from "../../../automation/sales/reading/readBytes";
import { formatProblem, type Problem } from "../../../src/problem";
import { ImportFolder, planOf } from "./support/importFolder";
import { owned } from "./support/importProject";
import { proposals, withLine } from "./support/mappingAdvice";
import { workbook, type WorkbookCell } from "./support/workbook";

const MAPPING = `system: crm
columns:
  id: Id
  name: Name
  status: Status
  products: Product
  expires: End
statuses:
  Won: grant
  Lost: suspend
products:
  Agent: [edge-agent]
  Suite: [edge-agent, orchestrator]
  Support: []
ignoreRows:
  Is.Deleted:
    "no": read
dates: { timeZone: UTC }
`;
const COLUMNS = ["Id", "Name", "Status", "Product", "End", "Is.Deleted"];
const HEAD = `${COLUMNS.join(",")}\n`;
const GOOD = "9,Other,Won,Agent,2027-12-31,no\n";

/** A line of an export, the cells of one that passes but for those that are given. */
function row(changes: Partial<Record<string, string>>): string {
  const cells = ["1", "Acme", "Won", "Agent", "2027-12-31", "no"];
  return `${COLUMNS.map((column, at) => changes[column] ?? cells[at]).join(",")}\n`;
}

function sheet(...rows: readonly (readonly WorkbookCell[])[]): Uint8Array {
  return workbook({ Export: [COLUMNS, ...rows] });
}

interface Refusal {
  check: string;
  /** What is special about this one, where a check has several rows. */
  what?: string;
  source: string | Uint8Array;
  /** The export that the advice asks for; without it the advice is lines for the mapping. */
  corrected?: string | Uint8Array;
  /** How many lines are proposed; 1 without it. */
  lines?: number;
  mapping?: string;
  customers?: Record<string, string>;
  /** The files that the advice asks for. */
  correctedCustomers?: Record<string, string>;
  /** Edits the mapping where the advice is to delete something. */
  edit?: (mapping: string) => string;
}

const CORRECT = HEAD + row({});
/** Shown by a test of their own: the file cannot be read, or is too large. */
const WITHOUT_A_FILE = ["export-readable", "export-size"];
const SALESFORCE = "AbCdE00000fghij";
const SOURCE = join(__dirname, "../../../automation/sales");
const TWO_SHEETS = workbook(
  {
    Export: [COLUMNS, ["1", "Acme", "Won", "Agent", { date: 46_752 }, "no"]],
    "Old: 2026": [COLUMNS, ["1", "Acme", "Won", "Agent", { date: 46_752 }, "no"]],
  },
  { hidden: ["Old: 2026"] },
);

const REFUSALS: readonly Refusal[] = [
  { check: "export-empty", source: "\n", corrected: CORRECT },
  {
    check: "export-kind",
    what: "old Excel",
    source: Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
    corrected: CORRECT,
  },
  {
    check: "export-kind",
    what: "an .ods file",
    source: zipSync({ "content.xml": strToU8("<x/>") }),
    corrected: sheet(["1", "Acme", "Won", "Agent", "2027-12-31", "no"]),
  },
  {
    check: "export-kind",
    what: "an .xlsb file",
    source: zipSync({ "xl/workbook.bin": strToU8("x") }),
    corrected: sheet(["1", "Acme", "Won", "Agent", "2027-12-31", "no"]),
  },
  {
    check: "export-xlsx",
    source: sheet(["1", "Acme", "Won", "Agent", "2027-12-31", "no"]).subarray(0, -9),
    corrected: sheet(["1", "Acme", "Won", "Agent", "2027-12-31", "no"]),
  },
  { check: "export-sheet", source: TWO_SHEETS, lines: 2 },
  {
    check: "export-sheet",
    what: "a missing sheet",
    source: sheet(["1", "Acme", "Won", "Agent", "2027-12-31", "no"]),
    mapping: `${MAPPING}sheet: Deals\n`,
    edit: (mapping) => mapping.replace("sheet: Deals\n", ""),
  },
  { check: "export-html", source: "<html><body>Log in</body></html>", corrected: CORRECT },
  { check: "export-header", source: "a,b\n1,2\n", corrected: CORRECT },
  { check: "export-column", source: CORRECT.replace("Name", "Company") },
  {
    check: "export-column",
    what: "a header with a quote, a colon and a hash",
    source: CORRECT.replace("Status", `"#1 ""new"": deal status"`),
  },
  {
    check: "export-column",
    what: "the 70th header",
    source: [
      `${Array.from({ length: 69 }, (_, at) => `Field ${at}`).join(",")},${HEAD}`.replace(
        "End",
        "Contract End Date",
      ),
      `${",".repeat(69)}${row({})}`,
    ].join(""),
  },
  {
    check: "export-column",
    what: "of ignored rows",
    source: CORRECT.replace("Is.Deleted", "Note"),
    edit: (mapping) => mapping.replace(/ignoreRows:\n.*\n.*\n/, ""),
  },
  {
    check: "export-encoding",
    source: Buffer.concat([
      Buffer.from(HEAD + row({ Name: "Grün" })),
      Buffer.from(row({ Id: "2", Name: "Gr\xfcn" }), "latin1"),
    ]),
  },
  { check: "export-nul", source: HEAD + row({ Name: "A\0" }), corrected: CORRECT },
  { check: "export-quote", source: HEAD + row({ Name: 'A"B' }), corrected: CORRECT },
  { check: "export-row", source: HEAD + row({ Name: "A,B" }), corrected: CORRECT },
  { check: "export-cell", source: HEAD + row({ Product: "#N/A" }), corrected: CORRECT },
  { check: "export-count", source: `${CORRECT}\nTotal (2 records)\n`, corrected: CORRECT },
  { check: "export-cut", source: CORRECT.trimEnd() },
  {
    check: "export-twin-header",
    source: `${HEAD.trim()},Name\n${row({}).trim()},Other\n`,
    corrected: CORRECT,
  },
  { check: "record-id", what: "a blank one", source: CORRECT + row({ Id: "" }), lines: 3 },
  {
    check: "record-id",
    what: "what SQL writes for none",
    source: CORRECT + row({ Id: "(null)" }),
    lines: 2,
  },
  {
    check: "record-id",
    what: "the empty id of a CRM",
    source: CORRECT + row({ Id: "00000000-0000-0000-0000-000000000000" }),
  },
  {
    check: "record-id",
    what: "a row of totals in the middle",
    source: HEAD + row({ Id: "Summe Q3", Name: "" }) + GOOD,
  },
  { check: "record-id", what: "digits in groups", source: HEAD + row({ Id: '"1,234"' }) },
  {
    check: "record-id",
    what: "rounded",
    source: HEAD + row({ Id: "1.9E+11" }),
    corrected: CORRECT,
  },
  {
    check: "record-id-form",
    what: "zeros that a spreadsheet has cut",
    source: HEAD + row({ Id: "12" }),
    customers: { acme: owned("0012") },
    lines: 2,
  },
  {
    check: "record-id-form",
    what: "capitals",
    source: HEAD + row({ Id: "ACME-1" }),
    customers: { acme: owned("acme-1") },
    lines: 2,
  },
  { check: "record-name", source: HEAD + row({ Name: "" }), corrected: CORRECT },
  { check: "record-twice", source: CORRECT + row({ Product: "Suite" }), lines: 2 },
  {
    check: "record-repositories",
    source: CORRECT + row({ Id: "2", Product: "Support" }),
    lines: 2,
  },
  { check: "record-date", source: HEAD + row({ End: "31.12.2027" }) },
  { check: "record-date", what: "two orders", source: HEAD + row({ End: "5/4/2027" }), lines: 2 },
  { check: "record-date", what: "a word", source: HEAD + row({ End: "n/a: `none`" }) },
  { check: "record-date", what: "a mark", source: HEAD + row({ End: "-" }) },
  { check: "record-date", what: "a month's name", source: HEAD + row({ End: "31-Dec-27" }) },
  ...["31-Dez-27", "令和9年12月31日", "２０２７年末"].map((End) => ({
    check: "record-date",
    what: `a day in another language is not proposed as no end: ${End}`,
    source: HEAD + row({ End }),
    corrected: CORRECT,
  })),
  { check: "record-date", what: "no form at all", source: HEAD + row({ End: "Q4" }) },
  {
    check: "record-date",
    what: "in two forms",
    source: HEAD + row({ End: "31.12.2027" }) + row({ Id: "2", End: "12/31/2027" }),
    corrected: CORRECT,
  },
  { check: "record-date-number", source: HEAD + row({ End: "46752" }) },
  {
    check: "record-date-order",
    source: HEAD + row({ End: "5/4/2027" }),
    mapping: MAPPING.replace("timeZone: UTC", "format: auto"),
    lines: 2,
  },
  {
    check: "record-date-exchanged",
    source: sheet(
      ["1", "Acme", "Won", "Agent", { date: 46_391 }, "no"],
      ["2", "Beta", "Won", "Agent", "25/12/2027", "no"],
    ),
    mapping: MAPPING.replace("timeZone: UTC", "format: auto"),
    corrected: sheet(["1", "Acme", "Won", "Agent", { date: 46_478 }, "no"]),
  },
  {
    check: "record-end-blank",
    source: HEAD + row({ End: "" }),
    customers: { acme: owned("1", "expires: 2027-06-30\n") },
    lines: 3,
  },
  {
    check: "record-end-blank",
    what: "where nearly all others are filled",
    source: CORRECT + row({ Id: "2" }) + row({ Id: "3", End: "" }),
    customers: { third: owned("3", "expires: 2027-06-30\n") },
    lines: 3,
  },
  ...["none", "suspend"].map((blank) => ({
    check: "record-end-exception",
    what: `blank: ${blank}`,
    source: CORRECT + row({ Id: "2" }) + row({ Id: "3", End: "" }),
    mapping: MAPPING.replace("timeZone: UTC", `blank: ${blank}`),
    customers: { third: owned("3", "expires: 2027-06-30\n") },
    lines: 2,
  })),
  {
    check: "record-end-new",
    source: HEAD + row({ End: "" }),
    mapping: MAPPING.replace("timeZone: UTC", "blank: keep"),
    corrected: CORRECT,
  },
  {
    check: "record-end-new",
    what: "by hand",
    source: HEAD + row({ End: "" }),
    mapping: MAPPING.replace("timeZone: UTC", "blank: keep"),
    correctedCustomers: { acme: owned("1") },
  },
  { check: "record-end-early", source: HEAD + row({ End: "1970-01-01" }) },
  {
    check: "record-end-early",
    what: "in a form that the mapping does not name",
    source: HEAD + row({ End: "01.01.1900" }),
  },
  {
    check: "record-end-early",
    what: "a day that a customer file may name",
    source: HEAD + row({ End: "2019-12-31" }),
    mapping: MAPPING.replace("UTC", "UTC, earliest: 2020-01-01"),
    lines: 2,
  },
  { check: "record-end-late", source: HEAD + row({ End: "2999-12-31" }), lines: 2 },
  { check: "record-end-late", what: "the last day", source: HEAD + row({ End: "9999-12-31" }) },
  {
    check: "record-end-late",
    what: "a year of two digits",
    source: HEAD + row({ End: "01/13/70" }),
    mapping: MAPPING.replace("UTC", "UTC, format: MM/DD/YY"),
    lines: 2,
  },
  { check: "status-unmapped", source: HEAD + row({ Status: "Won `again`: #2" }) },
  { check: "status-unmapped", what: "a blank one", source: HEAD + row({ Status: "" }) },
  { check: "status-unmapped", what: "a word of YAML", source: HEAD + row({ Status: "no" }) },
  {
    check: "product-unmapped",
    source: CORRECT + row({ Id: "2", Product: "Agent;Gadget: new" }),
    lines: 2,
  },
  { check: "row-unmapped", source: CORRECT + row({ Id: "2", "Is.Deleted": "JA" }), lines: 2 },
  {
    check: "repository-known",
    source: HEAD + row({ Product: "edge-agnt" }),
    mapping: MAPPING.replace("products: Product", "repositories: Product").replace(
      /products:\n(?: {2}.*\n){3}/,
      "",
    ),
    corrected: HEAD + row({ Product: "edge-agent" }),
  },
  {
    check: "repository-blank",
    source: CORRECT.replace("Agent", "edge-agent") + row({ Id: "2", Product: "" }),
    mapping: MAPPING.replace("products: Product", "repositories: Product").replace(
      /products:\n(?: {2}.*\n){3}/,
      "repositories: [orchestrator]\n",
    ),
  },
  {
    check: "source-unique",
    source: HEAD + row({ Id: SALESFORCE }),
    mapping: `${MAPPING}ids: salesforce\n`,
    customers: { a: owned(SALESFORCE), b: owned(`${SALESFORCE}VAA`) },
    correctedCustomers: { a: owned(SALESFORCE) },
  },
  {
    check: "file-editable",
    source: HEAD + row({}),
    customers: { a: `{name: A, repositories: [edge-agent], source: {system: crm, id: "1"}}\n` },
    correctedCustomers: { a: owned("1") },
  },
];

describe("what an import refuses", function () {
  this.timeout(60_000);
  const folder = new ImportFolder();
  after(() => folder.remove());

  /** @returns the problems; none when the import passes. */
  async function problemsOf(
    { source, corrected, customers, correctedCustomers }: Refusal,
    mapping: string,
    isCorrected = false,
  ): Promise<Problem[]> {
    folder.fill(mapping, isCorrected ? (correctedCustomers ?? customers) : customers);
    const content = isCorrected ? (corrected ?? source) : source;
    return [...(await folder.plan(content)).problems];
  }

  for (const refusal of REFUSALS) {
    const { check, what, corrected, correctedCustomers, edit } = refusal;
    it(`passes with its advice: ${check}${what === undefined ? "" : `, ${what}`}`, async () => {
      const mapping = refusal.mapping ?? MAPPING;
      const said = await problemsOf(refusal, mapping);
      const problem = said.find((one) => one.check === check);
      if (problem === undefined) throw new Error(said.map(formatProblem).join("\n"));
      expect(said.map(formatProblem)).to.have.length(1);
      const { lines, section } = proposals(problem);
      // Advice to correct the export proposes nothing that would let the import pass without that.
      if (corrected !== undefined && check === "record-date") expect(lines).to.deep.equal([]);
      if (corrected !== undefined || correctedCustomers !== undefined || edit !== undefined) {
        const edited = edit?.(mapping) ?? mapping;
        expect(edit === undefined || edited !== mapping).to.equal(true);
        expect((await problemsOf(refusal, edited, true)).map(formatProblem)).to.deep.equal([]);
        return;
      }
      expect(lines, problem.fix).to.have.length(refusal.lines ?? 1);
      for (const line of lines) {
        const left = await problemsOf(refusal, withLine(mapping, line, section));
        expect(left.map(formatProblem), line).to.deep.equal([]);
      }
    });
  }

  it("is readable and of a size that one export has", () => {
    folder.fill(MAPPING);
    const path = join(folder.directory, "export.csv");
    const checkOf = () => {
      const read = readBytes(path, "export.csv");
      return read instanceof Uint8Array ? read.length : formatProblem(read);
    };
    expect(checkOf()).to.equal(
      "export.csv:1:1  expected a readable file, got no such file or folder. Check its path. [export-readable]",
    );
    writeFileSync(path, "");
    truncateSync(path, 257 * 1024 * 1024);
    expect(checkOf()).to.equal(
      "export.csv:1:1  expected at most 256 MiB, got 257. Export the mapped columns only. [export-size]",
    );
    truncateSync(path, 10);
    expect(checkOf()).to.equal(10);
  });

  it("has a record of earlier imports that one of them has written", async () => {
    folder.fill(MAPPING);
    folder.write(planOf(await folder.plan(CORRECT)));
    const path = join(folder.directory, "imports", "crm.json");
    const written = readFileSync(path, "utf8");
    writeFileSync(path, written.slice(0, -9));
    const { problems } = await folder.plan(CORRECT);
    expect(problems.map(({ check, fix }) => `${fix} [${check}]`)).to.deep.equal([
      "Restore it from version control; only `ecr-customers import <file> --mapping <mapping>` writes it. [ledger]",
    ]);
    writeFileSync(path, written);
    expect((await folder.plan(CORRECT)).problems).to.deep.equal([]);
  });

  it("has a row above for each check in the source", () => {
    const source = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(SOURCE, name), "utf8"))
      .join("\n");
    const named = [
      ...source.matchAll(
        /["`]((?:export|record|status|product|row|repository|source|file)-[a-z-]+)/g,
      ),
    ].map(([, check = ""]) => check);
    const checks = new Set([...named, "record-end-early", "record-end-late"]);
    // No refusal has a name of another kind: those of a mapping are in mappingAdvice.test.ts.
    const direct = source.matchAll(/problem(?:In|At)\([^"`;]*"([a-z]+)(?:-[a-z-]+)?"/g);
    const kinds = new Set([...direct].map(([, kind]) => kind));
    expect([...kinds].sort()).to.deep.equal(
      ["export", "file", "ledger", "mapping", "record", "repository", "source"].sort(),
    );
    for (const check of ["record-end-", ...WITHOUT_A_FILE])
      expect(checks.delete(check)).to.equal(true);
    expect([...checks].sort()).to.deep.equal(
      [...new Set(REFUSALS.map(({ check }) => check))].sort(),
    );
  });
});
