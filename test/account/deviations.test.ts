/**
 * Shows that each kind of change by hand is found and named by its check, and that an account which is as
 * the files say has no finding. Does not show that AWS is read rightly: that is the end-to-end suite's.
 */
import { expect } from "chai";
import fc from "fast-check";
import { CHECKS, deviations } from "../../src/account/checks";
import { accountContext } from "../../src/account/context";
import type { Elsewhere } from "../../src/account/declared";
import { deviationWords, remedyWords } from "../../src/account/deviation";
import type { Customer } from "../../src/customers/model";
import { customer } from "../access/support";
import { cleanAccount, cleanState } from "./cleanAccount";
import { PLANTED, plantedFiles } from "./planted";

describe("the comparison of files and AWS", () => {
  it("finds nothing in an account that is as the files say", () => {
    const declared = plantedFiles();
    expect(deviations(declared, cleanAccount(declared)).map(deviationWords)).to.deep.equal([]);
  });

  for (const { name, check, says, plant } of PLANTED) {
    it(`names it when ${name} (${check})`, () => {
      const declared = plantedFiles();
      const account = cleanAccount(declared);
      plant(account);
      const found = deviations(declared, account);
      const words = found.filter((one) => one.check === check).map(deviationWords);
      expect(
        words.filter((one) => says.test(one)),
        found.map((one) => `${one.check}: ${deviationWords(one)}`).join("\n"),
      ).not.to.deep.equal([]);
      for (const one of found) {
        expect(remedyWords(one), one.what).not.to.equal("");
        expect(one.check, deviationWords(one)).not.to.equal("access");
      }
    });
  }

  it("finds nothing in users and roles that another stack declares", () => {
    const { customers, ...declared } = plantedFiles();
    const all = { ...declared, customers };
    const account = cleanAccount(all);
    const others = new Set(["globex", "vandelay"]);
    const own = customers.filter(({ id }) => !others.has(id));
    const found = (elsewhere?: Elsewhere) =>
      deviations({ ...declared, customers: own, ...(elsewhere && { elsewhere }) }, account)
        .filter(({ check }) => check.endsWith("-undeclared"))
        .map(({ check, subject }) => `${check} ${subject.name}`);
    const [users, roles] = [new Set(["globex"]), new Set(["vandelay"])];
    expect(found()).to.deep.equal(["user-undeclared globex", "role-undeclared vandelay"]);
    expect(found({ users, roles })).to.deep.equal([]);
    // A user does not stand for a role of its name.
    expect(found({ users: roles, roles: users })).to.have.length(2);
  });

  it("has a planted change for each check", () => {
    const planted = new Set(PLANTED.map(({ check }) => check));
    const without = Object.keys(CHECKS).filter((name) => !planted.has(name));
    // Shown by tests of their own below.
    expect(without).to.deep.equal(["keys-ambiguous", "access"]);
    expect(PLANTED.length).to.be.at.least(40);
  });

  it("says that keys cannot be told apart when the state was not read (keys-ambiguous)", () => {
    const { state: _, ...declared } = plantedFiles();
    const account = cleanAccount(declared);
    account.users[0]?.keys.push({ id: "AKIAOTHER", status: "Active" });
    expect(deviations(declared, account).map(({ check }) => check)).to.deep.equal([
      "keys-ambiguous",
    ]);
  });

  it("names a decision that no other check explains (access)", () => {
    const declared = plantedFiles();
    const account = cleanAccount(declared);
    account.users = account.users.map((user) => ({ ...user, groups: [] }));
    // Through the registry every known change is explained; alone, the check has to see it.
    const found = CHECKS["access"]?.(accountContext(declared, account), []);
    expect(found?.map(({ what }) => what)).to.deep.equal([
      "AWS decides differently from the files",
    ]);
  });

  it("finds nothing in 1,000 clean customers of all kinds", function () {
    this.timeout(60_000);
    const customers = Array.from({ length: 1000 }, (_, at) => someCustomer(at));
    const declared = { ...plantedFiles(), customers, state: cleanState({ customers }) };
    const found = deviations(declared, cleanAccount(declared));
    expect(found.map(deviationWords).slice(0, 5)).to.deep.equal([]);
  });

  it("finds whatever single key or principal differs, however many customers there are", function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(fc.nat({ max: 49 }), fc.constantFrom("key", "principal", "deny"), (at, kind) => {
        const customers = Array.from({ length: 50 }, (_, index) => customer(`c${index}`));
        const declared = { ...plantedFiles(), customers, state: cleanState({ customers }) };
        const account = cleanAccount(declared);
        const user = account.users[at];
        if (user === undefined) throw new Error("no user");
        if (kind === "key") user.keys.push({ id: "AKIAOTHER", status: "Active" });
        else if (kind === "deny") user.inlinePolicies.set("x", { text: "{" });
        else user.groups = [];
        const found = deviations(declared, account);
        expect(found.map(({ customers: its }) => its)).to.deep.equal([[`c${at}`]]);
      }),
      { numRuns: 30 },
    );
  });
});

function someCustomer(at: number): Customer {
  const kinds: Partial<Customer>[] = [
    {},
    { status: "suspended" },
    { expires: "2026-12-31" },
    { expires: "2026-01-31" },
    { awsAccount: String(200000000000 + at) },
    { repositories: ["edge-agent", "sdk", "firmware"] },
    {
      keys: [
        { generation: 2, status: "active" },
        { generation: 3, status: "inactive" },
      ],
    },
    { status: "suspended", revoked: "2026-11-01T00:00:00Z" },
  ];
  return customer(`c${at}`, kinds[at % kinds.length]);
}
