/**
 * Proves that the advice of every refusal by a limit works: the flags that the report names, given as
 * they are printed, make the same import pass, and nothing less does. The table has a row for each limit
 * that the source names, or fails.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ImportProject, owned, row } from "./support/importProject";
import { FULL_MAPPING } from "./support/read";

const SOURCE = join(__dirname, "../../../automation/sales");
const IDS = Array.from({ length: 10 }, (_, at) => String(at + 1));

/** An import that limits refuse. */
interface Case {
  limits: string[];
  /** Of each of the customers 1 to 10, which have files; blank for none. */
  rowOf: (id: string) => string;
  /** In each customer file. */
  more?: string;
  argv?: string[];
  /** An import that was written before with another mapping. */
  earlierMapping?: string;
}

const rowsOf = (rowOf: Case["rowOf"]) => IDS.map(rowOf).join("");
const lost = (most: number) => (id: string) =>
  row(id, Number(id) <= most ? { status: "Lost" } : { end: "2027-01-31" });

const CASES: readonly Case[] = [
  { limits: ["revocations"], rowOf: lost(3), more: "expires: 2027-01-31\n" },
  {
    limits: ["revocations"],
    rowOf: (id) => (Number(id) <= 2 ? "" : row(id)),
    argv: ["--removals", "suspend"],
  },
  { limits: ["no-rows"], rowOf: () => "" },
  {
    limits: ["no-customer-left", "revocations"],
    rowOf: (id) => row(id, { status: "Lost" }),
  },
  {
    limits: ["id-change"],
    rowOf: (id) => row(Number(id) <= 3 ? `x${id}` : id, { name: `Company ${id}` }),
  },
  { limits: ["id-change"], rowOf: (id) => row(id === "4" ? "44" : id, { name: `Customer ${id}` }) },
  {
    limits: ["lifted-ends"],
    rowOf: (id) => row(id, Number(id) <= 2 ? {} : { end: "2027-01-31" }),
    more: "expires: 2027-01-31\n",
  },
  {
    limits: ["mapping"],
    rowOf: (id) => row(id),
    earlierMapping: FULL_MAPPING.replace("Late: keep", "Late: suspend"),
  },
  { limits: ["digest"], rowOf: (id) => row(id), argv: ["--plan-digest", "0".repeat(64)] },
  {
    limits: ["revocations", "lifted-ends", "id-change", "mapping", "digest"],
    rowOf: (id) => row(Number(id) <= 3 ? `x${id}` : id, Number(id) <= 6 ? {} : { status: "Lost" }),
    more: "expires: 2027-01-31\n",
    earlierMapping: FULL_MAPPING.replace("Late: keep", "Late: suspend"),
    argv: ["--plan-digest", "0".repeat(64)],
  },
];

interface Report {
  refusals: { limit: string; flag: string }[];
  written: boolean;
}

describe("what an import refuses by its limits", function () {
  this.timeout(60_000);

  for (const { limits, rowOf, more, argv = [], earlierMapping } of CASES) {
    const beside = argv.length === 0 ? "" : ` with ${argv[0]}`;
    it(`is imported with the flags that the report names, and not without one of them: ${limits.join(", ")}${beside}`, async () => {
      const customers = Object.fromEntries(
        IDS.map((id) => [`c${id.padStart(3, "0")}`, owned(id, more)]),
      );
      const project = new ImportProject(customers);
      if (earlierMapping !== undefined) {
        project.put("crm.yaml", earlierMapping);
        const rows = rowsOf((id) => row(id, more === undefined ? {} : { end: "2027-01-31" }));
        expect((await project.import(rows, "--write")).code).to.equal(0);
        project.put("crm.yaml", FULL_MAPPING);
      }
      const rows = rowsOf(rowOf);
      const run = async (...flags: string[]) => {
        const given = flags.some((flag) => flag.startsWith("--plan-digest")) ? [] : argv;
        const others = argv[0] === "--plan-digest" ? given : argv;
        const result = await project.import(rows, "--write", "--json", ...others, ...flags);
        return { ...(JSON.parse(result.stdout) as Report), code: result.code };
      };
      const before = project.files();
      const refused = await run();
      expect(refused.refusals.map(({ limit }) => limit)).to.have.members(limits);
      expect([refused.code, refused.written, project.files()]).to.deep.equal([2, false, before]);
      // `--plan-digest abc after a review`: what follows the flag's value is for the reader.
      const flags = refused.refusals.map(({ flag }) => {
        const [name = "", value = ""] = flag.split(" ");
        return /^--(?:max-revocations|plan-digest)$/.test(name) ? [name, value] : [name];
      });
      for (const left of flags) {
        const others = flags.filter((flag) => flag !== left).flat();
        const { code, written } = await run(...others);
        expect([code, written], `without ${left.join(" ")}`).to.deep.equal([2, false]);
      }
      const passed = await run(...flags.flat());
      expect([passed.code, passed.written, passed.refusals]).to.deep.equal([0, true, []]);
    });
  }

  it("has a row above for each limit in the source", () => {
    const source = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(SOURCE, name), "utf8"))
      .join("\n");
    const named = new Set([...source.matchAll(/\blimit: "([a-z-]+)"/g)].map(([, one = ""]) => one));
    expect([...named].sort()).to.deep.equal(
      [...new Set(CASES.flatMap(({ limits }) => limits))].sort(),
    );
  });
});
