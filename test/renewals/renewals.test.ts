/** Proves which renewals are proposed on a day, until when they last, and what a term's length is according to git. */
import { expect } from "chai";
import type { Customer } from "../../src/customers/model";
import type { Version } from "../../src/history/model";
import { renewalsOf, type RenewalFacts } from "../../src/renewals/renewals";
import { renewalRule } from "../../src/renewals/rule";
import { customer } from "../access/support";

const TODAY = "2026-12-10";

/** Versions with an end each, committed on a day; null: without an end; undefined: deleted. */
function versions(...list: [day: string, expires: string | null | undefined][]): Version[] {
  return list.map(([day, expires], at) => ({
    commit: { id: `${at}`, at: `${day}T10:00:00Z`, author: "Jo", subject: "Edit" },
    customer:
      expires === undefined ? undefined : customer("acme", expires === null ? {} : { expires }),
  }));
}

function proposed(changes: Partial<Customer>, facts: Partial<RenewalFacts> = {}) {
  return renewalsOf({
    customers: [customer("acme", { expires: "2026-12-31", ...changes })],
    today: TODAY,
    rule: renewalRule("1y"),
    versionsOf: () => [],
    ...facts,
  });
}

/** The new end of a term that git knows. */
function renewed(...list: Parameters<typeof versions>) {
  const expires = list.at(-1)?.[1] ?? "";
  const { renewals, notProposed } = proposed(
    { expires },
    {
      rule: renewalRule({ length: "same-length", days: 3650 }),
      versionsOf: () => versions(...list),
    },
  );
  return renewals[0]?.until ?? notProposed[0]?.why;
}

describe("a renewal", () => {
  it("is proposed from the settings' days before the last day until that day", () => {
    const ends = (expires: string, rule = renewalRule("1y")) =>
      proposed({ expires }, { rule }).renewals.map(({ until }) => until);
    expect(ends("2027-01-09")).to.deep.equal(["2028-01-09"]);
    expect(ends("2027-01-10")).to.deep.equal([]);
    expect(ends("2027-01-10", renewalRule({ length: "6m", days: 31 }))).to.deep.equal([
      "2027-07-10",
    ]);
    expect(ends(TODAY)).to.deep.equal(["2027-12-10"]);
    expect(ends("2026-12-09")).to.deep.equal([]);
  });

  it("keeps the last day of a month as the last day of one", () => {
    const until = (expires: string, length: string) =>
      proposed({ expires }, { today: expires, rule: renewalRule(length) }).renewals[0]?.until;
    expect(until("2026-11-30", "3m")).to.equal("2027-02-28");
    expect(until("2027-02-28", "6m")).to.equal("2027-08-31");
    expect(until("2027-02-28", "1y")).to.equal("2028-02-29");
    expect(until("2026-12-30", "2m")).to.equal("2027-02-28");
  });

  it("is not proposed for whoever has no end, is suspended, or has no repository", () => {
    for (const changes of [{ status: "suspended" as const }, { repositories: [] }]) {
      expect(proposed(changes)).to.deep.equal({ renewals: [], notProposed: [] });
    }
    expect(proposed({}, { customers: [customer("acme")] }).renewals).to.deep.equal([]);
  });

  it("is left to the sales system that owns the file, and to whoever allows longer terms", () => {
    const source = { system: "hubspot", id: "1" };
    expect(proposed({ source }).notProposed[0]).to.include({ why: "sales-system" });
    const limited = proposed({}, { maxMonths: 6 }).renewals[0];
    expect([limited?.until, limited?.length.isLimited]).to.deep.equal(["2027-06-10", true]);
    const short = { expires: "2027-01-09" };
    expect(proposed(short, { maxMonths: 0 }).notProposed[0]).to.include({ why: "longest-term" });
  });
});

describe("the length of a term", () => {
  it("is counted in months from the commit that gave access, or from the end before it", () => {
    expect(renewed(["2026-01-05", "2026-12-31"])).to.equal("2027-12-31");
    expect(renewed(["2024-06-01", "2026-06-30"], ["2026-06-10", "2026-12-31"])).to.equal(
      "2027-06-30",
    );
  });

  it("is too short to be renewed by itself below four weeks: a new end would be near again", () => {
    expect(renewed(["2026-12-01", "2026-12-15"])).to.equal("short-term");
    expect(renewed(["2026-12-01", "2026-12-28"])).to.equal("short-term");
    expect(renewed(["2026-12-01", "2026-12-29"])).to.equal("2027-01-29");
    const rule = renewalRule("1y");
    const trial = { rule, versionsOf: () => versions(["2026-12-08", "2026-12-31"]) };
    expect(proposed({}, trial).renewals[0]?.until).to.equal("2027-12-31");
  });

  it("begins with the renewal where access had ended before it", () => {
    expect(renewed(["2025-01-01", "2025-12-31"], ["2026-09-30", "2026-12-31"])).to.equal(
      "2027-03-31",
    );
  });

  it("is that of the whole term where its end was corrected, and new after a time without end", () => {
    expect(
      renewed(
        ["2026-01-01", "2027-12-31"],
        ["2026-06-01", "2026-12-30"],
        ["2026-06-02", "2026-12-31"],
      ),
    ).to.equal("2027-12-31");
    expect(renewed(["2024-01-01", null], ["2026-09-30", "2026-12-31"])).to.equal("2027-03-31");
    expect(
      renewed(
        ["2024-01-01", "2026-01-31"],
        ["2026-02-01", undefined],
        ["2026-09-30", "2026-12-31"],
      ),
    ).to.equal("2027-03-31");
  });

  it("is not known where git has not the end that the file has", () => {
    const rule = renewalRule("same-length");
    const with_ = (found: Version[]) => proposed({}, { rule, versionsOf: () => found });
    expect(with_([]).notProposed[0]).to.include({ why: "unknown-length" });
    const other = versions(["2026-01-05", "2026-12-30"]);
    expect(with_(other).notProposed[0]).to.include({ why: "unknown-length" });
    expect(with_(versions(["2027-01-05", "2026-12-31"])).notProposed[0]).to.include({
      why: "unknown-length",
    });
  });
});
