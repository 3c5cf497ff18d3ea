/**
 * Proves how several rows of one record become one: which of them count, and that no row takes from a
 * customer what another one gives, by any rule, whatever its file said before.
 */
import { expect } from "chai";
import fc from "fast-check";
import { accessEnded } from "../../../src/access/entitlements";
import { HEAD } from "./support/importProject";
import { ImportMemory } from "./support/importMemory";
import { FULL_MAPPING, read, TODAY, withDates } from "./support/read";

const rows = async (lines: readonly string[], rule?: string) =>
  read(
    `${HEAD}${lines.join("\n")}\n`,
    FULL_MAPPING + (rule === undefined ? "" : `duplicates: ${rule}\n`),
  );

describe("several rows of one record", function () {
  this.timeout(60_000);
  it("are refused when they differ, with both lines", async () => {
    const { problems } = await rows([
      "1,A,Won,Agent,2027-01-31,",
      "2,B,Won,Agent,,",
      "1,A,Lost,Agent,,",
    ]);
    expect(problems).to.deep.equal([
      "export.csv:4:1  expected one row for each id, got 1 in line 2 and, with another status and repositories and end date, in line 4. Write `duplicates: any-active` if one row that grants is enough, or `duplicates: latest-end` if the row that ends last decides, in crm.yaml. Or export one row for each customer. [record-twice]",
    ]);
  });

  it("are one by `any-active`: one that grants is enough, what they sold adds up, the latest end counts", async () => {
    const { records } = await rows(
      [
        "1,A,Lost,Agent,2029-01-31,",
        "1,A,Won,Agent,2027-01-31,",
        "1,A,Won,Suite,2028-01-31,a@x.com",
        "2,B,Late,,,",
        "2,B,Lost,,,",
        "3,C,Won,Agent,2027-01-31,",
        "3,C,Won,Agent,,",
      ],
      "any-active",
    );
    expect(
      records.map(({ id, action, repositories, expires }) => [
        id,
        action,
        repositories.join(),
        expires,
      ]),
    ).to.deep.equal([
      ["1", "grant", "edge-agent,orchestrator", "2028-01-31"],
      ["2", "keep", "", null],
      ["3", "grant", "edge-agent", null],
    ]);
  });

  it("are one by `latest-end`: of rows that grant the one with the latest end decides, without an end is later than any", async () => {
    const { records } = await rows(
      [
        "1,A,Won,Agent,2027-01-31,",
        "1,A,Lost,Agent,2028-01-31,",
        "2,B,Lost,,2030-01-31,",
        "2,B,Won,Agent,,",
        "3,C,Lost,,,",
        "3,C,Won,Suite,2027-01-31,",
        "3,C,Won,Agent,2026-01-31,",
      ],
      "latest-end",
    );
    expect(
      records.map(({ id, action, repositories }) => [id, action, repositories.join()]),
    ).to.deep.equal([
      ["1", "grant", "edge-agent"],
      ["2", "grant", "edge-agent"],
      ["3", "grant", "edge-agent,orchestrator"],
    ]);
  });

  it("become the same record in any order", async () => {
    const row = fc
      .tuple(
        fc.constantFrom("1", "2", "3"),
        fc.constantFrom("A", "B", ""),
        fc.constantFrom("Won", "Late", "Lost", "Open"),
        fc.constantFrom("Agent", "Suite"),
        fc.constantFrom("", "2027-01-31", "2028-01-31"),
        fc.constantFrom("", "a@x.com"),
      )
      .map((cells) => cells.join(","));
    const several = fc.array(row, { minLength: 1, maxLength: 8 });
    const withOrder = several.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length })),
    );
    await fc.assert(
      fc.asyncProperty(
        withOrder,
        fc.constantFrom("any-active", "latest-end"),
        async ([lines, shuffled], rule) => {
          const plain = async (one: readonly string[]) =>
            (await rows(one, rule)).records.map((record) => ({ ...record, line: 0 }));
          expect(await plain(shuffled)).to.deep.equal(await plain(lines));
        },
      ),
    );
  });

  it("keep what a row that keeps gave before, and no product that it never gave", async () => {
    const owned = (products: string, more = "") =>
      `name: A\nrepositories: [${products}]\n${more}source: { system: crm, id: "1" }\n`;
    const grant = "1,A,Won,Agent,2027-01-31,";
    const cases: [before: string, rows: string[], after: [string, string | undefined]][] = [
      [
        owned("edge-agent, orchestrator"),
        [grant, "1,A,Late,Suite,,"],
        ["edge-agent,orchestrator", undefined],
      ],
      [
        owned("edge-agent, orchestrator", "expires: 2028-06-30\n"),
        [grant, "1,A,Late,Suite,,"],
        ["edge-agent,orchestrator", "2028-06-30"],
      ],
      [owned("edge-agent"), [grant, "1,A,Late,Suite,,"], ["edge-agent", undefined]],
      [
        owned("edge-agent, orchestrator", "expires: 2026-12-31\n"),
        [grant, "1,A,Late,Suite,2026-11-22,"],
        ["edge-agent", "2027-01-31"],
      ],
    ];
    for (const [before, lines, after] of cases) {
      const memory = new ImportMemory(`${FULL_MAPPING}duplicates: any-active\n`, { a: before });
      await memory.import(Buffer.from(`${HEAD}${lines.join("\n")}\n`));
      const [customer] = memory.customers();
      expect([customer?.repositories.join(), customer?.expires], lines.join()).to.deep.equal(after);
    }
  });

  it("must name known products where a row keeps beside one that grants, and need not otherwise", async () => {
    const { problems } = await rows(["1,A,Won,Agent,,", "1,A,Late,Gadget,,"], "any-active");
    expect(problems.join()).to.contain('got "Gadget" in 1 row');
    expect((await rows(["1,A,Late,Gadget,,"], "any-active")).problems).to.deep.equal([]);
  });

  it("give nothing of a row whose end has passed, beside one that runs until today at least", async () => {
    for (const rule of ["any-active", "latest-end"]) {
      const { records } = await rows(
        [
          "1,A,Won,Suite,2026-11-22,",
          "1,A,Won,Agent,2026-11-23,",
          "2,B,Won,Suite,2026-11-22,",
          "2,B,Won,Agent,2025-01-31,",
        ],
        rule,
      );
      const said = records.map(({ id, repositories, expires }) => [
        id,
        repositories.join(),
        expires,
      ]);
      expect(said, rule).to.deep.equal([
        ["1", "edge-agent", "2026-11-23"],
        ["2", "edge-agent,orchestrator", "2026-11-22"],
      ]);
    }
  });

  it("leave a product by `latest-end` until its own row has ended, to a customer that has it", async () => {
    const memory = new ImportMemory(`${FULL_MAPPING}duplicates: latest-end\n`);
    const plan = (...lines: string[]) => memory.import(Buffer.from(`${HEAD}${lines.join("\n")}\n`));
    await plan("1,A,Won,Suite,2027-06-30,", "2,B,Won,Agent,2027-06-30,");
    await plan(
      "1,A,Won,Suite,2027-06-30,",
      "1,A,Won,Agent,2028-06-30,",
      "2,B,Won,Agent,2027-06-30,",
      "3,C,Won,Suite,2027-06-30,",
      "3,C,Won,Agent,2028-06-30,",
    );
    expect(
      memory.customers().map(({ id, repositories, expires }) => [id, repositories.join(), expires]),
    ).to.deep.equal([
      ["a", "edge-agent,orchestrator", "2028-06-30"],
      ["b", "edge-agent", "2027-06-30"],
      ["c", "edge-agent", "2028-06-30"],
    ]);
  });

  it("without any repository are refused until the mapping says what that means, and count for nothing beside others", async () => {
    const support = "1,A,Won,Support,,";
    expect((await rows([support], "any-active")).problems.join()).to.contain(
      "export.csv:2:1  expected at least one repository for a customer with access, got none for 1.",
    );
    const both = await rows([support, "1,A,Won,Agent,,"], "any-active");
    expect(both.records.map(({ repositories }) => repositories)).to.deep.equal([["edge-agent"]]);
    const ignored = await read(
      `${HEAD}${support}\n`,
      `${FULL_MAPPING}withoutRepositories: ignore\n`,
    );
    expect([ignored.problems, ignored.records]).to.deep.equal([[], []]);
    const suspended = await read(
      `${HEAD}${support}\n`,
      `${FULL_MAPPING}withoutRepositories: suspend\n`,
    );
    expect(suspended.records.map(({ action }) => action)).to.deep.equal(["suspend"]);
  });

  it("never take from a customer what a row that runs gives, whatever else is in the export and in its file", async () => {
    const product = fc.constantFrom("Agent", "Suite", "Support", "Agent;Support");
    const row = fc.record({
      status: fc.constantFrom("Won", "Won", "Late", "Lost", "Open"),
      product,
      end: fc.constantFrom("", "2026-11-22", "2026-11-23", "2027-01-31", "2028-12-31"),
    });
    const file = fc.record({
      repositories: fc.constantFrom("[edge-agent]", "[edge-agent, orchestrator]", "[dashboard]"),
      end: fc.constantFrom("", "2026-12-31", "2027-06-30", "2030-12-31"),
    });
    const given: Record<string, string[]> = {
      Agent: ["edge-agent"],
      Suite: ["edge-agent", "orchestrator"],
      Support: [],
      "Agent;Support": ["edge-agent"],
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 6 }),
        fc.option(file),
        fc.constantFrom("any-active", "latest-end"),
        fc.constantFrom("none", "keep"),
        async (all, before, rule, blank) => {
          // A new customer has no file whose end `keep` could keep, and is refused: advice.test.ts.
          const isNew = before === null && blank === "keep";
          fc.pre(!isNew || all.every(({ status, end }) => status !== "Won" || end !== ""));
          const text =
            before === null
              ? undefined
              : `name: A\nrepositories: ${before.repositories}\n${before.end && `expires: ${before.end}\n`}source: { system: crm, id: "1" }\n`;
          const mapping = `${withDates(`blank: ${blank}, fewBlanks: accept`)}duplicates: ${rule}\nwithoutRepositories: ignore\n`;
          const memory = new ImportMemory(mapping, text === undefined ? {} : { a: text });
          const [old] = memory.customers();
          const lines = all.map(({ status, product, end }) => `1,A,${status},${product},${end},`);
          await memory.import(Buffer.from(`${HEAD}${lines.join("\n")}\n`));
          const [customer] = memory.customers();
          const running = all.filter(
            ({ status, end, product }) =>
              status === "Won" && (end === "" || end >= TODAY) && given[product]?.length !== 0,
          );
          for (const { product, end } of running) {
            if (customer === undefined) throw new Error("a row that runs made no customer");
            expect(accessEnded(customer, TODAY)).to.equal(false);
            // By `latest-end` the newest row decides what a new customer bought.
            const had = new Set(rule === "any-active" ? undefined : (old?.repositories ?? []));
            const names = given[product]?.filter((name) => rule === "any-active" || had.has(name));
            expect(customer.repositories).to.include.members(names ?? []);
            const last = end === "" ? (blank === "none" ? "~" : (old?.expires ?? "")) : end;
            expect((customer.expires ?? "~") >= last, `${customer.expires} for ${last}`).to.equal(
              true,
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
