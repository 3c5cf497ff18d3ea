/**
 * Proves of single cells, with texts and days made at random: a value that no one has decided is never
 * passed over, and a day is read as that day in whatever form it is written, or refused. Properties of
 * whole imports: properties.test.ts.
 */
import { expect } from "chai";
import fc from "fast-check";
import { cleanText, fold } from "../../../automation/sales/reading/cellText";
import { FULL_MAPPING, read, withDates } from "./support/read";
import { workbook, type WorkbookCell } from "./support/workbook";

const HEADERS = ["Id", "Name", "Status", "Product", "End", "Mail", "Deleted"];
const MAPPING = `${FULL_MAPPING}ignoreRows: { Deleted: { "no": read, "yes": ignore } }\n`;
const GOOD = ["1", "Acme", "Won", "Agent", "", "", "no"];
const DAY = 24 * 60 * 60 * 1000;

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Status: ["won", "late", "lost", "open"],
  Product: ["agent", "suite", "support"],
  Deleted: ["no", "yes"],
};
const CHECKS = {
  Status: "status-unmapped",
  Product: "product-unmapped",
  Deleted: "row-unmapped",
} as const;

function csv(...rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [HEADERS, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

/** A row like the good one, with one cell replaced. */
function withCell<T>(header: string, value: T): (string | T)[] {
  return HEADERS.map((one, at) => (one === header ? value : (GOOD[at] ?? "")));
}

function checksOf(problems: readonly string[]): string[] {
  return problems.map((problem) => /\[([a-z-]+)\]$/.exec(problem)?.[1] ?? problem);
}

describe("a cell of an export", function () {
  this.timeout(60_000);

  const text = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom(
      "Won!",
      "W0n",
      "Won Late",
      "true",
      "0",
      "null",
      "-",
      "Agent,Suite",
      "__proto__",
    ),
  );
  for (const [header, check] of Object.entries(CHECKS)) {
    it(`that decides about access and holds an unknown text is always refused: ${header}`, async () => {
      const unknown = text.filter(
        (value) =>
          !/[;#:\ufffd]/.test(value) &&
          !/\p{Cc}/u.test(value) &&
          KNOWN[header]?.includes(fold(cleanText(value))) !== true,
      );
      await fc.assert(
        fc.asyncProperty(unknown, async (value) => {
          const { problems, records } = await read(csv(withCell(header, value), GOOD), MAPPING);
          expect(checksOf(problems), JSON.stringify(value)).to.deep.equal([check]);
          expect(records).to.deep.equal([]);
        }),
        { numRuns: 100 },
      );
    });
  }

  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const [first, last] = [Date.UTC(2015, 0, 1), Date.UTC(2046, 10, 23)];
  const days = (from: number, to: number) =>
    fc
      .integer({ min: 0, max: (to - from) / DAY })
      .map((count) => new Date(from + count * DAY).toISOString().slice(0, 10));
  const written = (day: string, format: string) =>
    format
      .replace("YYYY", day.slice(0, 4))
      .replace(/MMM|MM/, (part) =>
        part === "MM" ? day.slice(5, 7) : (MONTHS[Number(day.slice(5, 7)) - 1] ?? ""),
      )
      .replace("DD", day.slice(8));
  const FORMATS = [
    "YYYY-MM-DD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "YYYY/MM/DD",
    "DD-MMM-YYYY",
  ];
  const endOf = async (source: string | Uint8Array, mapping: string) => {
    const { problems, records } = await read(source, mapping);
    return { checks: checksOf(problems), end: records[0]?.expires };
  };

  it("with a day is read as that day in the declared format, and otherwise as that day or not at all", async () => {
    const seen = { read: 0, refused: 0 };
    const format = fc.constantFrom(...FORMATS);
    await fc.assert(
      fc.asyncProperty(days(first, last), format, async (day, form) => {
        const source = csv(withCell("End", written(day, form)));
        const declared = await endOf(source, withDates(`blank: none, format: ${form}`, MAPPING));
        expect(declared).to.deep.equal({ checks: [], end: day });
        const found = await endOf(source, withDates("blank: none, format: auto", MAPPING));
        if (found.checks.length === 0) {
          expect(found.end).to.equal(day);
          seen.read++;
        } else {
          expect(found.checks).to.deep.equal(["record-date-order"]);
          seen.refused++;
        }
      }),
      { numRuns: 150 },
    );
    expect([seen.read > 20, seen.refused > 5]).to.deep.equal([true, true]);
  });

  it("of a workbook with a date is read as that day, counted from 1900 or 1904", async () => {
    await fc.assert(
      fc.asyncProperty(days(first, last), fc.boolean(), async (day, from1904) => {
        const start = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
        const row: WorkbookCell[] = withCell("End", { date: (Date.parse(day) - start) / DAY });
        const bytes = workbook({ Export: [HEADERS, row] }, { from1904 });
        expect(await endOf(bytes, MAPPING)).to.deep.equal({ checks: [], end: day });
      }),
      { numRuns: 100 },
    );
  });

  it("with a day on which no contract ends is refused", async () => {
    const placeholders = ["0001-01-01", "1600-12-31", "1753-01-01", "1899-12-30", "1970-01-01"];
    const early = fc.oneof(
      days(Date.parse("0001-01-01"), first - DAY),
      fc.constantFrom(...placeholders, "1899-12-31", "1904-01-01", "1980-01-01", "2000-01-01"),
    );
    const late = fc.oneof(
      days(Date.UTC(2130, 0, 1), Date.UTC(9999, 11, 31)),
      fc.constantFrom("2099-12-31", "2199-12-31", "2999-12-31", "4000-01-01", "9999-12-31"),
    );
    await fc.assert(
      fc.asyncProperty(early, late, async (before, after) => {
        const checks = async (day: string) =>
          (await endOf(csv(withCell("End", day)), MAPPING)).checks;
        expect(await checks(before), before).to.deep.equal(["record-end-early"]);
        expect(await checks(after), after).to.deep.equal(["record-end-late"]);
      }),
      { numRuns: 60 },
    );
  });
});
