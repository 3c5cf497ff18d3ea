/**
 * Proves that an export that is cut off takes nothing from anyone, wherever it is cut: each prefix of
 * its bytes is refused, or leaves every customer with what it had. And that a report which counts its
 * rows is believed.
 */
import { expect } from "chai";
import fc from "fast-check";
import { ImportMemory } from "./support/importMemory";
import { FULL_MAPPING, MAPPING, read } from "./support/read";
import { workbook } from "./support/workbook";

const HEADS = {
  /** The end date is last. */
  end: "Id,Name,Status,Product,Mail,End",
  /** What was bought is last. */
  product: "Id,Name,Status,Mail,End,Product",
  /** The status is last. */
  status: "Id,Name,Product,Mail,End,Status",
  /** Something is last that the mapping does not read. */
  other: "Id,Name,Status,Product,End,Mail,Note",
} as const;

interface Row {
  id: string;
  status: string;
  product: string;
  end: string;
}

const ROWS: readonly Row[] = [
  { id: "1", status: "Won", product: "Agent;Suite", end: "2027-02-19" },
  { id: "1", status: "Won", product: "Suite", end: "2028-12-11" },
  { id: "2", status: "Won", product: "Suite", end: "" },
  { id: "3", status: "Lost", product: "Agent", end: "2027-01-31" },
  { id: "3", status: "Won", product: "Agent", end: "2027-10-31" },
  { id: "4", status: "Won", product: "Agent", end: "2027-12-31 14:27:05" },
  { id: "4", status: "Late", product: "Suite", end: "" },
  { id: "12", status: "Won", product: "Agent", end: "2027-10-10" },
  { id: "12", status: "Won", product: "Suite", end: "2026-10-10" },
];

/** A CSV text of rows, with the columns of a head. */
function csv(rows: readonly Row[], head: string, isQuoted: boolean, lineEnd = "\n"): string {
  const cell = (text: string) => (isQuoted ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (cells: readonly string[]) => cells.map(cell).join(",") + lineEnd;
  const columns = head.split(",");
  const cells = ({ id, status, product, end }: Row) => ({
    Id: id,
    Name: `Müller ${id}`,
    Status: status,
    Product: product,
    Mail: `ops-${id}@a.example`,
    End: end,
    Note: 'renewed, "as agreed"',
  });
  // A note needs its quotes.
  const lines = rows.map((row) => {
    const all = cells(row) as Record<string, string>;
    return columns
      .map((name) =>
        name === "Note" ? `"${all[name]?.replaceAll('"', '""')}"` : cell(all[name] ?? ""),
      )
      .join(",");
  });
  return line(columns) + lines.map((text) => text + lineEnd).join("");
}

describe("an export that is cut off", function () {
  this.timeout(120_000);
  /** The prefix is refused, or no customer loses anything by it. */
  async function expectHarmless(
    memory: ImportMemory,
    whole: Buffer,
    length: number,
  ): Promise<"refused" | "harmless"> {
    const plan = await memory.plan(whole.subarray(0, length));
    if (plan === undefined) return "refused";
    const end = whole.subarray(Math.max(0, length - 40), length).toString();
    expect(plan.problems, end).to.deep.equal([]);
    for (const { before, after } of plan.changes) {
      if (before === undefined) continue;
      expect(after.status, end).to.equal(before.status);
      expect(after.repositories, end).to.include.members([...before.repositories]);
      expect((after.expires ?? "~") >= (before.expires ?? "~"), end).to.equal(true);
      expect([after.name, after.contact], end).to.deep.equal([before.name, before.contact]);
    }
    return "harmless";
  }

  for (const rule of ["any-active", "latest-end"]) {
    for (const [last, head] of Object.entries(HEADS)) {
      for (const isQuoted of [false, true]) {
        it(`takes nothing from anyone: ${rule}, ${last} last, ${isQuoted ? "" : "not "}in quotes`, async () => {
          const memory = new ImportMemory(`${FULL_MAPPING}duplicates: ${rule}\n`);
          const whole = Buffer.from(csv(ROWS, head, isQuoted));
          await memory.import(whole);
          expect(memory.customers()).to.have.length(5);
          const seen = { refused: 0, harmless: 0 };
          for (let length = 0; length < whole.length; length++) {
            seen[await expectHarmless(memory, whole, length)]++;
          }
          expect(seen.refused).to.be.greaterThan(whole.length / 2);
          expect(seen.harmless).to.be.greaterThan(5);
        });
      }
    }
  }

  it("takes nothing from anyone, whatever the rows and the form", async () => {
    const row = fc.record({
      id: fc.constantFrom("1", "2", "3", "10", "100"),
      status: fc.constantFrom("Won", "Won", "Won", "Late", "Lost", "Open"),
      product: fc.constantFrom("Agent", "Suite", "Agent;Suite", "Suite;Support", "Support;Agent"),
      end: fc.constantFrom("", "2026-10-10", "2027-01-31", "2027-01-31T23:00:00Z", "2028-12-11"),
    });
    const form = fc.record({
      rows: fc.array(row, { minLength: 1, maxLength: 8 }),
      head: fc.constantFrom(...Object.values(HEADS)),
      isQuoted: fc.boolean(),
      lineEnd: fc.constantFrom("\n", "\r\n"),
      rule: fc.constantFrom("any-active", "latest-end"),
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(form, async ({ rows, head, isQuoted, lineEnd, rule, cuts }) => {
        const memory = new ImportMemory(
          `${FULL_MAPPING}duplicates: ${rule}\nwithoutRepositories: ignore\n`,
        );
        const whole = Buffer.from(csv(rows, head, isQuoted, lineEnd));
        await memory.import(whole);
        for (const cut of cuts) {
          await expectHarmless(memory, whole, Math.floor(cut * whole.length));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is refused as a workbook, wherever it is cut", async () => {
    const whole = Buffer.from(
      workbook({
        A: [
          ["Id", "Name", "Status"],
          ["1", "A", "Won"],
          ["2", "B", "Won"],
        ],
      }),
    );
    expect((await read(whole)).records).to.have.length(2);
    for (let length = 1; length < whole.length; length++) {
      const { records, problems } = await read(whole.subarray(0, length));
      expect([records.length, problems.length], String(length)).to.deep.equal([0, 1]);
    }
  });

  it("may end without a line end where the mapping says so, and after a cell that it does not read", async () => {
    const source = "Id,Name,Status\n1,Acme,Won";
    const { problems } = await read(source);
    expect(problems).to.deep.equal([
      "export.csv:2:3  Status (C2): expected a line end after the last row, as after the others, got none. Export again if the file is cut off in this cell. Write `finalLineEnd: optional` if this system never writes one, in crm.yaml. [export-cut]",
    ]);
    const optional = await read(source, `${MAPPING}finalLineEnd: optional\n`);
    expect([optional.problems, optional.records.length]).to.deep.equal([[], 1]);
    const footer = await read(`${source}\n\nGenerated By: Ann`);
    expect([footer.problems, footer.records.length]).to.deep.equal([[], 1]);
  });

  it("is noticed by a report that counts its rows", async () => {
    const report = (count: string) =>
      `Id,Name,Status\n1,Acme,Won\n2,B,Won\n\n"Grand Totals (${count})"\nConfidential Information\n`;
    for (const count of ["2 records", "2 Datensätze", "2 Zeilen"]) {
      expect((await read(report(count))).problems, count).to.deep.equal([]);
    }
    expect((await read(report("1,002 records"))).problems).to.deep.equal([
      'export.csv:5:1  row 5: expected 1,002 rows, as "Grand Totals (1,002 records)" says, got 2. Export again: rows are missing, or others were added by hand. [export-count]',
    ]);
  });

  it("keeps what missing rows gave, reports it, and removes it when the export is declared complete", async () => {
    const memory = new ImportMemory(`${FULL_MAPPING}duplicates: any-active\n`);
    const rows = (...products: string[]) => {
      const all = products.map((product) => ({ id: "1", status: "Won", product, end: "" }));
      return Buffer.from(csv(all, HEADS.end, false));
    };
    const notes = async () =>
      (await memory.plan(rows("Agent")))?.notes.map(({ kind, subject }) => [kind, subject]);
    await memory.import(rows("Agent", "Suite"));
    expect((await memory.plan(rows("Agent")))?.changes).to.deep.equal([]);
    expect(await notes()).to.deep.equal([["fewer-rows", "muller-1"]]);
    const { changes } = await memory.import(rows("Agent"), "suspend");
    expect(changes.map(({ after }) => after.repositories)).to.deep.equal([["edge-agent"]]);
    // From now on one row is all there is.
    expect(await notes()).to.deep.equal([]);
  });
});
