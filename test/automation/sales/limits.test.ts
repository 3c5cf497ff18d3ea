/**
 * Proves each limit of an import: what it refuses, the list, and the flag with which the same
 * import passes; nothing is written meanwhile. Uses the command line on files. Which limits `up`
 * has of its own: automation/plan/limits.
 */
import { expect } from "chai";
import { importRefusals, type ImportFacts } from "../../../automation/sales/importLimits";
import { ImportProject, owned, row } from "./support/importProject";
import { FULL_MAPPING, withDates } from "./support/read";

/** Customers 1 to `count`, all of them in the export but for what `rowOf` makes of them. */
function many(count: number, more = ""): Record<string, string> {
  const ids = Array.from({ length: count }, (_, at) => String(at + 1));
  return Object.fromEntries(ids.map((id) => [`c${id.padStart(3, "0")}`, owned(id, more)]));
}

function rowsOf(count: number, rowOf: (id: string) => string): string {
  return Array.from({ length: count }, (_, at) => rowOf(String(at + 1))).join("");
}

/** Refused with `said` and nothing written; passes with the flag. */
async function expectLimit(
  project: ImportProject,
  rows: string,
  flag: string[],
  said: string[],
  ...argv: string[]
) {
  const before = project.files();
  const { code, stdout } = await project.import(rows, "--write", ...argv);
  expect(code, stdout).to.equal(2);
  for (const words of [...said, "Refused: nothing is written", `import with ${flag.join(" ")}`]) {
    expect(stdout).to.contain(words);
  }
  expect(project.files()).to.deep.equal(before);
  const passed = await project.import(rows, "--write", ...argv, ...flag);
  expect(passed.code, passed.stdout).to.equal(0);
  expect(project.files()).not.to.deep.equal(before);
}

describe("the limits of an import", () => {
  it("let one customer lose access, however few there are, and no second one", async () => {
    const project = new ImportProject(many(5));
    const lost = (count: number) =>
      rowsOf(5, (id) => row(id, Number(id) <= count ? { status: "Lost" } : {}));
    const said = [
      "2 of 5 customers with access would lose some of it, or lose it earlier; 1 may:",
      "    c001\n",
      "    c002\n",
    ];
    await expectLimit(project, lost(2), ["--max-revocations", "2"], said);
    expect((await project.import(lost(3), "--write")).code).to.equal(0);
  });

  it("let one in ten lose access, counted by who has it: hand-written, ended and other customers do not count", async () => {
    const project = new ImportProject({
      ...many(20),
      ...Object.fromEntries(
        ["91", "92", "93", "94"].map((id) => [`e${id}`, owned(id, "expires: 2020-01-01\n")]),
      ),
      ...Object.fromEntries(
        Array.from({ length: 30 }, (_, at) => [`h${at}`, "name: H\nrepositories: [edge-agent]\n"]),
      ),
    });
    const lost = (count: number) =>
      rowsOf(20, (id) => row(id, Number(id) <= count ? { status: "Lost" } : {}));
    await expectLimit(project, lost(3), ["--max-revocations", "3"], ["3 of 20 customers"]);
    expect((await project.import(lost(5), "--write", "--max-revocations", "12%")).code).to.equal(0);
  });

  const losses: [what: string, more: string, lost: (id: string) => string, argv: string[]][] = [
    ["a status", "", (id) => row(id, { status: "Lost" }), []],
    ["one repository fewer", "", (id) => row(id, { product: "Agent" }), []],
    ["an end date in the past", "", (id) => row(id, { product: "Suite", end: "2020-01-01" }), []],
    [
      "an end date nearer than before",
      "expires: 2030-01-01\n",
      (id) => row(id, { product: "Suite", end: "2026-12-01" }),
      [],
    ],
    [
      "an end date where there was none",
      "",
      (id) => row(id, { product: "Suite", end: "2026-12-01" }),
      [],
    ],
    ["absence, where it suspends", "", () => "", ["--removals", "suspend"]],
  ];
  for (const [what, more, lost, argv] of losses) {
    it(`count as a loss: ${what}`, async () => {
      const suite = (id: string) =>
        owned(id, more).replace("[edge-agent]", "[edge-agent, orchestrator]");
      const customers = Object.fromEntries(["1", "2", "3", "4"].map((id) => [`c${id}`, suite(id)]));
      const project = new ImportProject(customers);
      const end = more === "" ? {} : { end: "2030-01-01" };
      const rows = rowsOf(4, (id) =>
        Number(id) <= 2 ? lost(id) : row(id, { product: "Suite", ...end }),
      );
      await expectLimit(project, rows, ["--max-revocations", "2"], ["2 of 4 customers"], ...argv);
    });
  }

  it("stop an export without rows, whatever the other limit", async () => {
    const project = new ImportProject(many(3));
    await expectLimit(project, "", ["--allow-empty"], ["the export has a header and no rows"]);
    const footer = await project.import("Total,,,,,\n", "--write");
    expect([footer.code, footer.stdout.includes("no rows")], footer.stderr).to.deep.equal([
      2,
      true,
    ]);
  });

  it("stop an export after which no customer is left, whatever the other limit", async () => {
    const project = new ImportProject({
      ...many(1),
      hand: "name: H\nrepositories: [edge-agent]\n",
    });
    const said = ["no customer of this sales system would have access any more", "    c001\n"];
    await expectLimit(
      project,
      row("1", { status: "Lost" }),
      ["--allow-empty"],
      said,
      "--max-revocations",
      "100%",
    );
  });

  it("stop when most ids are gone and as many are new", async () => {
    const project = new ImportProject(many(10));
    const rows = rowsOf(10, (id) =>
      row(Number(id) <= 3 ? `x${id}` : id, { name: `Company ${id}` }),
    );
    const said = [
      "of 10 customers with access 3 are not in the export, and 3 are new: were the ids changed?",
      "    c001\n",
    ];
    await expectLimit(project, rows, ["--accept-id-change"], said);
  });

  it("stop when a company vanishes and comes back under another id, by its name or its mail domain", async () => {
    const byName = new ImportProject(many(10));
    const renumbered = rowsOf(10, (id) =>
      id === "4" ? row("44", { name: " customer  4" }) : row(id),
    );
    await expectLimit(
      byName,
      renumbered,
      ["--accept-id-change"],
      ["customer-4 is new, c004 is not in the export"],
    );

    const contact = (mail: string) => ({ ...many(9), c010: owned("10", `contact: ${mail}\n`) });
    const returned = (mail: string) =>
      rowsOf(9, (id) => row(id)) + row("44", { name: "Acme", mail });
    const project = new ImportProject(contact("ops@acme.example"));
    await expectLimit(
      project,
      returned("it@ACME.example"),
      ["--accept-id-change"],
      ["acme is new, c010 is not"],
    );
    const shared = new ImportProject(contact("ops@gmail.com"));
    expect((await shared.import(returned("it@gmail.com"), "--write")).code).to.equal(0);
  });

  it("stop blank end dates that would give many access permanently, including those that have ended", async () => {
    for (const end of ["2027-01-31", "2020-01-31"]) {
      const project = new ImportProject({ ...many(4, `expires: ${end}\n`), c999: owned("999") });
      const rows = rowsOf(4, (id) => row(id, Number(id) <= 2 ? {} : { end })) + row("999");
      const said = [
        "2 customers would have access without an end date from now on, 1 may:",
        "    c001\n",
      ];
      await expectLimit(project, rows, ["--accept-lifted-ends"], said);
    }
  });

  it("stop blank end dates that would end many", async () => {
    const project = new ImportProject(many(4, "expires: 2027-01-31\n"));
    project.put("crm.yaml", withDates("blank: suspend"));
    const rows = rowsOf(4, (id) => row(id, Number(id) <= 2 ? {} : { end: "2027-01-31" }));
    await expectLimit(project, rows, ["--max-revocations", "2"], ["2 of 4 customers"]);
  });

  it("stop a mapping that differs from the last import's, and list the differences", async () => {
    const project = new ImportProject(many(4));
    const rows = rowsOf(4, (id) => row(id, id === "1" ? { status: "Late" } : {}));
    expect((await project.import(rows, "--write")).code).to.equal(0);
    project.put("crm.yaml", `# a comment changes nothing\n${FULL_MAPPING}`);
    expect((await project.import(rows, "--write")).code).to.equal(0);
    project.put("crm.yaml", FULL_MAPPING.replace("Late: keep", "Late: suspend"));
    const said = [
      "the mapping differs from the last import's, so the changes may be due to it:",
      "statuses.Late: keep → suspend",
    ];
    await expectLimit(project, rows, ["--mapping-changed"], said);
    expect((await project.import(rows, "--write")).code).to.equal(0);
  });

  it("are reported by a dry run too, all at once, and as JSON", async () => {
    const project = new ImportProject(many(10, "expires: 2027-01-31\n"));
    const rows = rowsOf(10, (id) =>
      row(Number(id) <= 5 ? `x${id}` : id, Number(id) <= 7 ? {} : { status: "Lost" }),
    );
    const { code, stdout } = await project.import(rows, "--json");
    const { refusals, written } = JSON.parse(stdout) as {
      refusals: { limit: string; flag: string }[];
      written: boolean;
    };
    expect([code, written]).to.deep.equal([2, false]);
    expect(refusals.map(({ limit }) => limit)).to.deep.equal([
      "revocations",
      "lifted-ends",
      "id-change",
    ]);
    expect(refusals[0]?.flag).to.equal("--max-revocations 3");
  });

  it("read percentages of the customers with access", () => {
    const facts = (entitled: number, losing: number): ImportFacts => ({
      rows: 1,
      entitledBefore: Array.from({ length: entitled }, (_, at) => `c${at}`),
      entitledAfter: ["c0"],
      access: Array.from({ length: losing }, (_, at) => ({
        customer: `c${at}`,
        isNew: false,
        isGone: true,
        gains: [],
        loses: [
          { customer: `c${at}`, repository: "a", principals: [{ kind: "user", userName: "u" }] },
        ],
        changes: [],
      })),
      lifted: [],
      absent: [],
      added: [],
      mappingChanges: [],
    });
    const refused = (
      entitled: number,
      losing: number,
      revocations?: { count: number } | { percent: number },
    ) =>
      importRefusals(facts(entitled, losing), revocations === undefined ? {} : { revocations })
        .length > 0;
    const cases: [
      entitled: number,
      most: number,
      allowed?: { count: number } | { percent: number },
    ][] = [
      [1, 1],
      [10, 1],
      [19, 1],
      [20, 2],
      [1000, 100],
      [40, 6, { percent: 15 }],
      [40, 0, { percent: 0 }],
      [40, 0, { count: 0 }],
      [40, 40, { percent: 100 }],
    ];
    for (const [entitled, most, allowed] of cases) {
      expect(refused(entitled, most, allowed), `${most} of ${entitled}`).to.equal(false);
      expect(refused(entitled, most + 1, allowed), `${most + 1} of ${entitled}`).to.equal(true);
    }
  });
});
