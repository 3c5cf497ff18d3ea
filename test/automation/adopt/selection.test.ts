/**
 * Proves which users and accounts the options of `adopt` select, that a table is read as it was written, and that every
 * mistake in options and tables is refused with its place.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { selectionOf, type SelectionArguments } from "../../../automation/adopt/selectionOptions";
import { readTable, suggestedTable } from "../../../automation/adopt/table";
import { UsageError } from "../../../automation/output/usageError";
import { brownField } from "../../../bench/brownfield/generate";
import { wantedOf } from "../../../src/adopt/selection";
import { ProblemsError } from "../../../src/problem";
import { planOf } from "../../adopt/field";

const FIELD = brownField(7, 40);
const HEAD = "principal,customer id,name,source system,source id\n";

describe("the selection of an adoption", () => {
  const directory = mkdtempSync(join(tmpdir(), "selection-"));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const { pullers } = planOf(FIELD);

  function selected(options: SelectionArguments) {
    const selection = selectionOf(options, directory);
    return pullers.filter((puller) => wantedOf(puller, selection) !== undefined);
  }

  it("is no one without options", () => {
    expect(selected({})).to.deep.equal([]);
  });

  it("is users by name, path and tag, all of which have to match", () => {
    const byName = selected({ users: "^ci-" });
    expect(byName).to.have.length.greaterThan(0);
    for (const { user } of byName) expect(user?.name).to.match(/^ci-/);
    const byPath = selected({ path: "/partners/" });
    expect(byPath.map(({ user }) => user?.path.startsWith("/partners/"))).to.include(true);
    expect(byPath.map(({ user }) => user?.path.startsWith("/partners/"))).to.not.include(false);
    const both = selected({ path: "/partners/", tag: "role=customer" });
    expect(both.length).to.be.lessThanOrEqual(byPath.length);
    for (const { user } of both) expect(user?.tags?.["role"]).to.equal("customer");
    expect(selected({ tag: "role=customer,role=ci" })).to.deep.equal([]);
  });

  it("is accounts by number, or all of them", () => {
    const all = selected({ accounts: "all" });
    expect(all).to.have.length.greaterThan(0);
    const [one] = all;
    expect(selected({ accounts: one?.account ?? "" })).to.deep.equal([one]);
  });

  it("is the users of another tool's state", () => {
    const user = pullers.find(({ kind }) => kind === "user");
    const keys = `User name,Access key ID\n"${user?.user?.name}",AKIAIOSFODNN7EXAMPLE\n`;
    writeFileSync(join(directory, "keys.csv"), keys);
    expect(selected({ from: "keys.csv" })).to.deep.equal([user]);
  });

  for (const [option, value] of [
    ["users", "["],
    ["path", "partners/"],
    ["tag", "role"],
    ["accounts", "12345"],
  ] as const) {
    it(`refuses --${option} ${value}`, () => {
      expect(() => selectionOf({ [option]: value }, directory)).to.throw(UsageError, `--${option}`);
    });
  }

  it("reads a table as it was written, and leaves out lines without an id", () => {
    const ids = new Map(
      pullers
        .filter(({ kind }) => kind === "user")
        .map(({ principal }, at) => [principal, `c-${at}`]),
    );
    writeFileSync(join(directory, "map.csv"), suggestedTable(pullers, ids));
    const table = readTable("map.csv", directory);
    expect([...table.keys()]).to.deep.equal([...ids.keys()]);
    for (const [principal, { id }] of table) expect(id).to.equal(ids.get(principal));
  });

  for (const [check, text] of [
    ["map-columns", "principal,name\na,b\n"],
    ["map-id", `${HEAD}arn:a,Acme_1,,,\n`],
    ["map-id", `${HEAD}arn:a,con,,,\n`],
    ["map-id-unique", `${HEAD}arn:a,acme,,,\narn:b,acme,,,\n`],
    ["map-principal", `${HEAD}arn:a,acme,,,\narn:a,globex,,,\n`],
    ["map-principal", `${HEAD},acme,,,\n`],
    ["map-name", `${HEAD}arn:a,acme,${"x".repeat(201)},,\n`],
    ["map-source", `${HEAD}arn:a,acme,,hubspot,\n`],
    ["map-source", `${HEAD}arn:a,acme,,,4711\n`],
    ["map-source", `${HEAD}arn:a,acme,,Hub Spot,4711\n`],
    ["map-readable", `${HEAD}"arn:a,acme\n`],
  ] as const) {
    it(`refuses a table with ${check}: ${JSON.stringify(text.slice(0, 80).replace(HEAD, ""))}`, () => {
      writeFileSync(join(directory, "wrong.csv"), text);
      try {
        readTable("wrong.csv", directory);
      } catch (error) {
        expect(error).to.be.instanceOf(ProblemsError);
        expect((error as ProblemsError).problems.map((one) => one.check)).to.include(check);
        return;
      }
      expect.fail("nothing was refused");
    });
  }
});
