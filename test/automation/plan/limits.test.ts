/**
 * Proves at which number each limit stops an update, that only its own flag lets the update pass,
 * and what a refusal says. How the facts are counted is for plan.test.ts and resourceFacts.test.ts;
 * that a refused run writes nothing is for the end-to-end tests.
 */
import { expect } from "chai";
import fc from "fast-check";
import {
  refusals,
  revocationLimit,
  type Allowances,
  type LimitedFacts,
} from "../../../automation/plan/limits";
import type { Replacement } from "../../../automation/plan/resourceFacts";
import { subjectOf, USER } from "../../../automation/plan/subject";

const HARMLESS: LimitedFacts = {
  entitled: 50,
  losers: [],
  renamed: [],
  replacements: [],
  foreign: [],
  unknown: [],
};

function ids(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `customer-${at + 1}`);
}

/** Users that would be replaced. */
function replaced(count: number): Replacement[] {
  return ids(count).map((name) => ({
    subject: subjectOf({ type: USER, name }),
    text: `user of ${name} would be replaced`,
  }));
}

/** The limits that stop an update. */
function stopped(facts: Partial<LimitedFacts>, allowed: Allowances = {}): string[] {
  return refusals({ ...HARMLESS, ...facts }, allowed).map(({ limit }) => limit);
}

/** Every flag, given as generously as possible, but for one. */
function allBut(flag: keyof Allowances): Allowances {
  return { revocations: 1000, replacements: 1000, unknownChanges: true, [flag]: undefined };
}

describe("the limit of revocations", () => {
  for (const [losers, entitled, passes] of [
    [0, 0, true],
    [1, 1, true],
    [1, 5, true],
    [2, 5, false],
    [1, 10, true],
    [2, 10, false],
    [2, 19, false],
    [2, 20, true],
    [3, 29, false],
    [3, 30, true],
    [10, 100, true],
    [11, 100, false],
    [10, 109, true],
    [11, 109, false],
    [11, 110, true],
    [500, 5000, true],
    [501, 5000, false],
  ] as const) {
    it(`${passes ? "lets" : "does not let"} ${losers} of ${entitled} lose access`, () => {
      expect(stopped({ entitled, losers: ids(losers) })).to.deep.equal(
        passes ? [] : ["revocations"],
      );
    });
  }

  it("is what was allowed when that is given, met exactly and no more", () => {
    const losing = (count: number) => ({ losers: ids(count) });
    expect(stopped(losing(12), { revocations: 12 })).to.deep.equal([]);
    expect(stopped(losing(13), { revocations: 12 })).to.deep.equal(["revocations"]);
    expect(stopped(losing(1), { revocations: 0 })).to.deep.equal(["revocations"]);
    expect(stopped(losing(50), allBut("revocations"))).to.deep.equal(["revocations"]);
  });

  it("says how many, who, and which flag lets the very same update pass", () => {
    const facts = { ...HARMLESS, entitled: 10, losers: ["acme", "hooli"] };
    const [refusal] = refusals(facts, {});
    expect(refusal).to.deep.equal({
      limit: "revocations",
      message: "2 of 10 customers would lose access; the limit is 1",
      items: ["acme", "hooli"],
      flag: "--allow-revocations 2",
    });
    const message = (changes: Partial<LimitedFacts>, allowed = {}) =>
      refusals({ ...facts, ...changes }, allowed)[0]?.message;
    expect(message({ entitled: undefined })).to.equal(
      "2 customers would lose access; the limit is 1",
    );
    expect(message({ entitled: 1, losers: ["acme"] }, { revocations: 0 })).to.equal(
      "1 of 1 customer would lose access; the limit is 0",
    );
  });

  it("counts who was added to our statements by hand, by name", () => {
    const finding = (account: string): LimitedFacts["foreign"][number] => ({
      ...{ kind: "own-statement", repository: "sdk", region: "eu-central-1", statements: [] },
      losses: [
        { who: `AWS account ${account}`, principal: account, effect: "allows", what: "pull" },
      ],
    });
    const foreign = [finding("999988887777")];
    expect(stopped({ entitled: 10, foreign })).to.deep.equal([]);
    const [refusal] = refusals({ ...HARMLESS, entitled: 10, losers: ["acme"], foreign }, {});
    expect(refusal).to.deep.equal({
      limit: "revocations",
      message:
        "1 of 10 customers and 1 principal that someone added to our statements would lose access; the limit is 1",
      items: ["acme", "AWS account 999988887777 loses pull on sdk in eu-central-1"],
      flag: "--allow-revocations 2",
    });
    const two = { entitled: 10, foreign: [...foreign, finding("888877776666")] };
    expect(stopped(two)).to.deep.equal(["revocations"]);
    expect(stopped(two, { revocations: 2 })).to.deep.equal([]);
  });

  it("always stops more than a tenth, and never one alone, whatever the numbers", () => {
    const numbers = fc.record({ entitled: fc.nat(3000), losing: fc.nat(3000) });
    fc.assert(
      fc.property(numbers, fc.boolean(), ({ entitled, losing }, unknownChanges) => {
        const allowed: Allowances = { replacements: 1000, unknownChanges };
        const isStopped = stopped({ entitled, losers: ids(losing) }, allowed).length > 0;
        expect(isStopped).to.equal(losing > 1 && losing * 10 > entitled);
      }),
    );
  });

  it("never falls when there are more customers", () => {
    fc.assert(
      fc.property(fc.nat(100_000), (entitled) => {
        const [one, next] = [revocationLimit(entitled), revocationLimit(entitled + 1)];
        expect(next - one).to.be.oneOf([0, 1]);
        expect(Number.isInteger(one) && one >= 1 && (one === 1 || one * 10 <= entitled)).to.equal(
          true,
        );
      }),
    );
  });
});

describe("the limit of replacements", () => {
  const replacing = (count: number) => ({ replacements: replaced(count) });

  it("lets none pass, and what was allowed exactly", () => {
    expect(stopped(replacing(1))).to.deep.equal(["replacements"]);
    expect(stopped(replacing(1), { replacements: 0 })).to.deep.equal(["replacements"]);
    expect(stopped(replacing(3), { replacements: 3 })).to.deep.equal([]);
    expect(stopped(replacing(4), { replacements: 3 })).to.deep.equal(["replacements"]);
    expect(stopped(replacing(1), allBut("replacements"))).to.deep.equal(["replacements"]);
  });

  it("says what, and which flag lets the very same update pass", () => {
    const text = "user of acme would be replaced (name)";
    const replacements = [{ subject: subjectOf({ type: USER, name: "acme" }), text }];
    expect(refusals({ ...HARMLESS, replacements }, {})).to.deep.equal([
      {
        limit: "replacements",
        message:
          "1 user, key or repository of customers that keep access would be replaced or deleted; the limit is 0",
        items: [text],
        flag: "--allow-replacements 1",
      },
    ]);
  });
});

describe("the limit of unknown changes", () => {
  const unknown = ["the engine returned no summary of its changes"];

  it("lets none pass without its own flag", () => {
    expect(stopped({ unknown })).to.deep.equal(["unknown-changes"]);
    expect(stopped({ unknown }, { unknownChanges: false })).to.deep.equal(["unknown-changes"]);
    expect(stopped({ unknown }, allBut("unknownChanges"))).to.deep.equal(["unknown-changes"]);
    expect(stopped({ unknown }, { unknownChanges: true })).to.deep.equal([]);
  });

  it("says what is unknown, and the flag", () => {
    expect(refusals({ ...HARMLESS, unknown }, {})).to.deep.equal([
      {
        limit: "unknown-changes",
        message: "what the update would change is not fully known",
        items: unknown,
        flag: "--allow-unknown-changes",
      },
    ]);
  });
});

describe("the limits together", () => {
  const bad = { entitled: 4, losers: ids(2), replacements: replaced(1), unknown: ids(1) };

  it("are all reported at once, and their flags let the update pass only together", () => {
    expect(stopped(bad)).to.deep.equal(["revocations", "replacements", "unknown-changes"]);
    const flags: Allowances = { revocations: 2, replacements: 1, unknownChanges: true };
    expect(stopped(bad, flags)).to.deep.equal([]);
    for (const flag of ["revocations", "replacements", "unknownChanges"] as const) {
      expect(stopped(bad, { ...flags, [flag]: undefined })).to.have.length(1);
    }
  });
});
