/**
 * Proves of an import, with exports made at random: any bytes end in changes or problems and in
 * nothing else; importing twice is importing once; the order of rows does not matter; and no one
 * loses access beyond the limit without the flag. Works on real folders, in one process.
 */
import { expect } from "chai";
import fc from "fast-check";
import { importRefusals, losers } from "../../../automation/sales/importLimits";
import { formatProblem } from "../../../src/problem";
import { ImportFolder, planOf } from "./support/importFolder";
import { HEAD, owned } from "./support/importProject";
import { FULL_MAPPING } from "./support/read";
import { workbook } from "./support/workbook";

const MAPPING = `${FULL_MAPPING}duplicates: any-active\n`;

const id = fc.constantFrom(...Array.from({ length: 16 }, (_, at) => String(at + 1)));
const end = fc.constantFrom("", "", "2026-11-22", "2026-11-23", "2027-01-31", "2030-12-31");

const rowText = fc
  .record({
    id,
    name: fc.constantFrom(
      "Acme",
      "Globex",
      "Customer 1",
      "Customer 2",
      "Müller",
      "株式会社",
      "=cmd",
      "NO",
      "a: b # c",
      '"quoted"',
    ),
    status: fc.constantFrom("Won", "Won", "Won", "Late", "Lost", "Open"),
    product: fc.constantFrom("Agent", "Suite", "Agent;Support"),
    end,
    mail: fc.constantFrom("", "", "ops@acme.example", "it@globex.example"),
  })
  .map(
    (row) =>
      `${Object.values(row)
        .map((cell) => `"${cell.replaceAll('"', '""')}"`)
        .join(",")}\n`,
  );

const customerFiles = fc
  .uniqueArray(
    fc.record({
      id,
      end,
      isProtected: fc.boolean(),
      isSuspended: fc.boolean(),
      kind: fc.constantFrom("owned", "owned", "owned", "hand", "other"),
      isWindows: fc.boolean(),
    }),
    { minLength: 1, maxLength: 14, selector: (one) => one.id },
  )
  .map((all) =>
    Object.fromEntries(
      all.map((one): [string, string] => {
        const more = [
          "# kept\n",
          one.end && `expires: ${one.end} # by contract\n`,
          one.isProtected && "protected: true\n",
          one.isSuspended && "status: suspended\n",
          "keys: { 1: inactive, 2: active }\n",
        ];
        const text = owned(one.id, more.filter(Boolean).join(""));
        const kinds = {
          owned: text,
          hand: text.replace(/source: .*\n/, ""),
          other: text.replace("crm", "erp"),
        };
        return [
          `c${one.id}`,
          one.isWindows
            ? kinds[one.kind as "owned"].replaceAll("\n", "\r\n")
            : kinds[one.kind as "owned"],
        ];
      }),
    ),
  );

const rows = fc.array(rowText, { minLength: 1, maxLength: 20 });

describe("an import of any export", function () {
  this.timeout(120_000);
  const folder = new ImportFolder();
  after(() => folder.remove());

  it("ends in changes or problems, whatever the bytes are", async () => {
    const whole = Buffer.from(HEAD + '1,"Acme, Inc.",Won,Agent,2027-01-31,a@b.c\n2,B,Lost,,,\n');
    const sheet = workbook({
      A: [HEAD.trim().split(","), ["1", "Acme", "Won", "Agent", { date: 46_752 }, ""]],
    });
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
    const damaged = fc
      .tuple(fc.constantFrom(whole, Buffer.from(sheet)), damage, fc.option(fc.nat()))
      .map(([bytes, changes, length]) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return length === null ? copy : copy.subarray(0, length % copy.length);
      });
    const cell = fc.string({ unit: "binary", maxLength: 12 });
    const strange = fc.array(
      fc.tuple(id, cell, cell, cell, cell, cell).map((cells) => `${cells.join(",")}\n`),
      { maxLength: 4 },
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      damaged,
      strange.map((lines) => Buffer.from(HEAD + lines.join(""))),
      strange.map((lines) => Buffer.from(`\ufeff${HEAD}${lines.join("")}`, "utf16le")),
    );
    folder.fill(MAPPING, { a: owned("1"), b: owned("2", "protected: true\n") });
    const seen = { plans: 0, problems: 0 };
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const { plan, problems } = await folder.plan(content);
        if (plan === undefined) {
          seen.problems++;
          expect(problems.length).to.be.greaterThan(0);
          for (const problem of problems)
            expect(formatProblem(problem)).to.match(/^[^\p{Cc}\p{Cf}\p{Cs}]+$/u);
        } else seen.plans++;
      }),
      { numRuns: 300 },
    );
    expect(seen.plans).to.be.greaterThan(10);
    expect(seen.problems).to.be.greaterThan(100);
  });

  it("has no further effect when repeated, and what it writes is valid", async () => {
    await fc.assert(
      fc.asyncProperty(
        customerFiles,
        rows,
        fc.constantFrom("report", "suspend"),
        async (files, lines, removals) => {
          folder.fill(MAPPING, files);
          const content = HEAD + lines.join("");
          const plan = planOf(await folder.plan(content, removals as "report"));
          folder.write(plan);
          const written = folder.files();
          folder.entitled();
          const again = planOf(await folder.plan(content, removals as "report"));
          expect(again.writes).to.deep.equal([]);
          expect(folder.files()).to.equal(written);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("changes the same files in any order of its rows", async () => {
    const shuffled = rows.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    await fc.assert(
      fc.asyncProperty(customerFiles, shuffled, async (files, [lines, others]) => {
        folder.fill(MAPPING, files);
        const plan = planOf(await folder.plan(HEAD + lines.join("")));
        const other = planOf(await folder.plan(HEAD + others.join("")));
        expect(other.writes).to.deep.equal(plan.writes);
        expect(other.digest).to.equal(plan.digest);
      }),
      { numRuns: 60 },
    );
  });

  it("takes access from no one beyond the limit without the flag, and never from a protected, hand-written or foreign file", async () => {
    let passed = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        customerFiles,
        rows,
        fc.constantFrom("report", "suspend"),
        async (files, lines, removals) => {
          folder.fill(MAPPING, files);
          const plan = planOf(await folder.plan(HEAD + lines.join(""), removals as "report"));
          for (const { customer, kind } of plan.changes) {
            const text = files[customer] ?? "";
            if (kind === "changed")
              expect(text).to.contain("system: crm").and.not.to.contain("protected: true");
            else expect(text).to.equal("");
          }
          const before = folder.entitled();
          if (importRefusals(plan.facts, {}).length > 0) {
            refused++;
            return;
          }
          folder.write(plan);
          const after = folder.entitled();
          const lost = [...before].filter((one) => !after.has(one));
          const ofCrm = [...before].filter((one) => files[one]?.includes("system: crm") === true);
          expect(lost.length).to.be.at.most(Math.max(1, Math.floor(ofCrm.length / 10)));
          expect(losers(plan.access)).to.include.members(lost);
          // One whose access had ended may have it again.
          const isOfCrm = (one: string) => files[one]?.includes("system: crm") !== false;
          if (ofCrm.length > 0) expect([...after].some(isOfCrm)).to.equal(true);
          passed++;
        },
      ),
      { numRuns: 120 },
    );
    expect([passed > 10, refused > 10], `${passed} passed, ${refused} refused`).to.deep.equal([
      true,
      true,
    ]);
  });
});
