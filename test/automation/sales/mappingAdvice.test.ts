/**
 * Proves that every refusal of a mapping shows a way out that works: the line that it proposes, copied
 * into the mapping, makes the import pass, and so does leaving out what it says may be left out. The table
 * has a row for each check that the source names, or fails.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { formatProblem, type Problem } from "../../../src/problem";
import { ImportFolder } from "./support/importFolder";
import { owned } from "./support/importProject";
import { mappingProposal, withLine, withoutKey } from "./support/mappingAdvice";

/** Each section in a block of its own, so that a line can be put into it. */
const MAPPING = `system: crm
columns:
  id: Id
  name: Name
  status: Status
  products: Bought
  expires: Ends
statuses:
  Closed Won: grant
products:
  Edge Agent: [edge-agent]
`;

/** Both the headers of the mapping above and those that the advice names in its examples. */
const HEADERS =
  "Id,Record ID,Name,Company Name,Status,Deal Stage,Bought,Product,Ends,Contract End,Repositories,Email,IsDeleted,Won At";
const CELLS = [
  ["00000012", "cus_0012"],
  ["Acme", "Acme"],
  ["Closed Won", "Closed Won"],
  ["Edge Agent", "Edge Agent"],
  ["2027-12-31", "2027-12-31"],
  ["edge-agent", "ops@acme.example", "false", "N/A"],
].flat();
const EXPORT = `${HEADERS}\n${CELLS.join(",")}\n`;

/** The same for days as they are written in other forms. */
const withEnd = (end: string) => EXPORT.replaceAll("2027-12-31", end);

interface Mistake {
  check: string;
  what?: string;
  mapping: string;
  /** The way out, where it is no line that can be copied as it is. */
  edit?: (mapping: string) => string;
  /** An export that is what the proposed line says. */
  export?: string;
  customers?: Record<string, string>;
}

/** A mapping with a wrong line at its end. */
const top = (line: string) => `${MAPPING}${line}\n`;
const inDates = (...lines: string[]) => top(["dates:", ...lines].join("\n  "));
const inIds = (line: string) => top(`idForm:\n  ${line}`);

const MISTAKES: readonly Mistake[] = [
  { check: "mapping", mapping: "- system: crm\n", edit: () => MAPPING },
  { check: "mapping-system", mapping: MAPPING.replace("crm", "CRM") },
  { check: "mapping-system", what: "none", mapping: MAPPING.replace("system: crm\n", "") },
  { check: "mapping-encoding", mapping: top("encoding: utf-7") },
  { check: "mapping-sheet", mapping: top('sheet: ""') },
  { check: "mapping-final-line-end", mapping: top("finalLineEnd: none") },
  {
    check: "mapping-ids",
    mapping: top("ids: int"),
    export: EXPORT.replace("00000012", "0015000000Gv7qJAAR"),
  },
  { check: "mapping-id-form", mapping: top("idForm: digits") },
  {
    check: "mapping-id-prefix",
    mapping: inIds('prefix: ""').replace("id: Id", "id: Record ID"),
  },
  { check: "mapping-id-digits", mapping: inIds("digits: 1") },
  { check: "mapping-id-grouping", mapping: inIds('grouping: ", "') },
  { check: "mapping-id-case", mapping: inIds("case: upper") },
  { check: "mapping-id-zeros", mapping: inIds("zeros: keep") },
  {
    check: "mapping-columns",
    mapping: `system: crm\ncolumns: Name\nstatuses:\n  Closed Won: grant\nrepositories: [edge-agent]\n`,
  },
  ...["id", "name", "status", "products", "expires"].map((column) => ({
    check: "mapping-header",
    what: column,
    mapping: MAPPING.replace(RegExp(`  ${column}: .*`), `  ${column}: []`),
  })),
  ...["repositories", "contact"].map((column) => ({
    check: "mapping-header",
    what: column,
    mapping: MAPPING.replace("columns:\n", `columns:\n  ${column}: []\n`),
  })),
  { check: "mapping-header", what: "none", mapping: MAPPING.replace("  name: Name\n", "") },
  { check: "mapping-statuses", mapping: MAPPING.replace(/statuses:\n.*\n/, "statuses: Won\n") },
  { check: "mapping-status", mapping: MAPPING.replace("Won: grant", "Won: allow") },
  { check: "mapping-no-grant", mapping: MAPPING.replace("Won: grant", "Won: keep") },
  {
    check: "mapping-twin",
    mapping: MAPPING.replace("statuses:\n", "statuses:\n  CLOSED WON: keep\n"),
    edit: (mapping) => mapping.replace("  CLOSED WON: keep\n", ""),
  },
  { check: "mapping-products", mapping: MAPPING.replace("  products: Bought\n", "") },
  {
    check: "mapping-products",
    what: "none",
    mapping: MAPPING.replace(/products:\n.*\n/, ""),
  },
  {
    check: "mapping-products",
    what: "a list of them",
    mapping: MAPPING.replace(/products:\n.*\n/, "products: [Edge Agent]\n"),
  },
  { check: "mapping-repositories", mapping: top("repositories: edge-agent") },
  {
    check: "mapping-no-repositories",
    mapping: MAPPING.replace(/products:\n.*\n/, "").replace("  products: Bought\n", ""),
  },
  {
    check: "repository-name",
    mapping: top("repositories: [Edge-Agent]"),
    edit: (mapping) => mapping.replace("Edge-Agent", "edge-agent"),
  },
  {
    check: "repository-known",
    mapping: top("repositories: [edge-agnt]"),
    edit: (mapping) => mapping.replace("edge-agnt", "edge-agent"),
  },
  { check: "mapping-separator", mapping: top('separator: ", "') },
  { check: "mapping-ignore-rows", mapping: top("ignoreRows:\n  IsDeleted: []") },
  { check: "mapping-ignore-row", mapping: top(`ignoreRows:\n  IsDeleted:\n    "true": skip`) },
  { check: "mapping-cell-texts", mapping: top("skipRows: Total") },
  {
    check: "mapping-cell-texts",
    what: "of no end",
    mapping: inDates("noEnd: N/A"),
    export: withEnd("N/A"),
  },
  { check: "mapping-rows-without-id", mapping: top("rowsWithoutId: skip") },
  { check: "mapping-without-repositories", mapping: top("withoutRepositories: keep") },
  { check: "mapping-blank-repositories", mapping: top("blankRepositories: all") },
  { check: "mapping-duplicates", mapping: top("duplicates: first") },
  {
    check: "mapping-duplicates",
    what: "without the column that decides",
    mapping: top("duplicates: latest-end").replace("  expires: Ends\n", ""),
  },
  { check: "mapping-dates", mapping: top("dates: DD.MM.YYYY"), export: withEnd("31.12.2027") },
  {
    check: "mapping-date-format",
    mapping: inDates("format: DD.MM"),
    export: withEnd("31/12/2027"),
  },
  { check: "mapping-time-zone", mapping: inDates("timeZone: Berlin") },
  {
    check: "mapping-blank-end",
    mapping: inDates("blank: end"),
    export: withEnd(""),
    customers: { acme: owned("00000012", "expires: 2027-12-31\n") },
  },
  {
    check: "mapping-few-blanks",
    mapping: inDates("blank: none", "fewBlanks: none"),
    export: withEnd(""),
  },
  { check: "mapping-day", mapping: inDates("earliest: 2015-02-29") },
  {
    check: "mapping-day",
    what: "in the wrong order",
    mapping: inDates("earliest: 2030-01-01", "latest: 2020-01-01"),
    edit: (mapping) =>
      mapping.replace("earliest: 2030", "earliest: 2020").replace("latest: 2020", "latest: 2030"),
  },
  {
    check: "mapping-serial-numbers",
    mapping: inDates("serialNumbers: yes"),
    export: withEnd("46752"),
  },
  { check: "mapping-grace-days", mapping: inDates("graceDays: 400") },
];

/** Exports in which what a key is for does not occur: there the key may be left out. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "dates.format": EXPORT,
  "dates.blank": EXPORT,
  "dates.serialNumbers": EXPORT,
};

const SOURCE = join(__dirname, "../../../automation/sales/mapping");

describe("what a mapping is refused for", function () {
  this.timeout(60_000);
  const folder = new ImportFolder();
  after(() => folder.remove());

  async function problemsOf(
    mapping: string,
    content: string,
    customers?: Record<string, string>,
  ): Promise<Problem[]> {
    folder.fill(mapping, customers);
    return [...(await folder.plan(content)).problems];
  }

  for (const { check, what, mapping, edit, export: content = EXPORT, customers } of MISTAKES) {
    it(`passes with its advice: ${check}${what === undefined ? "" : `, ${what}`}`, async () => {
      const said = await problemsOf(mapping, content, customers);
      expect(said.map((one) => one.check).join(), said.map(formatProblem).join("\n")).to.equal(
        check,
      );
      const [problem] = said;
      if (problem === undefined) throw new Error("no problem");
      const passes = async (edited: string, source: string) => {
        const left = await problemsOf(edited, source, customers);
        expect(left.map(formatProblem), edited).to.deep.equal([]);
      };
      if (edit !== undefined) {
        expect(edit(mapping)).not.to.equal(mapping);
        return await passes(edit(mapping), content);
      }
      const { lines, section } = mappingProposal(problem);
      expect(lines, problem.fix).not.to.deep.equal([]);
      // What is written in place of the section is replaced by it.
      const prepared =
        section === undefined
          ? mapping
          : section.includes(".") || new RegExp(`^${section}:`, "m").test(mapping)
            ? mapping.replace(new RegExp(`^${section}:.*$`, "m"), `${section}:`)
            : `${mapping}${section}:\n`;
      const edited = lines.reduce((text, line) => withLine(text, line, section), prepared);
      await passes(edited, content);
      if (!problem.fix.includes("leave it out")) return;
      const [, parent, key = ""] = /^(?:(.*)\.)?([^.]*)$/.exec(problem.path) ?? [];
      await passes(withoutKey(mapping, key, parent), LEFT_OUT[problem.path] ?? content);
    });
  }

  it("has a row above for each check in the source", () => {
    const source = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(SOURCE, name), "utf8"))
      .join("\n");
    const named = [...source.matchAll(/["`](mapping(?:-[a-z-]+)?|repository-[a-z-]+)["`]/g)].map(
      ([, check = ""]) => check,
    );
    // About a file that cannot be read: mapping.test.ts.
    const checks = new Set(named.filter((check) => check !== "mapping-readable"));
    expect(checks.size).to.be.greaterThan(30);
    // The name of a repository has words of its own.
    checks.add("repository-name");
    expect([...checks].sort()).to.deep.equal(
      [...new Set(MISTAKES.map(({ check }) => check))].sort(),
    );
  });
});
