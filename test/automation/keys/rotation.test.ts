/**
 * Proves what a rotation adds and a retirement removes, and each refusal, from values alone. The
 * commands, with files and AWS, are covered by test/e2e/rotation.test.ts.
 */
import { expect } from "chai";
import fc from "fast-check";
import { retirement, type RetirementFacts } from "../../../automation/keys/retirement";
import { nextGeneration, rotated } from "../../../automation/keys/rotation";
import { resumed } from "../../../automation/commands/resume";
import { UsageError } from "../../../automation/output/usageError";
import type { Customer, KeyStatus } from "../../../src/customers/model";
import { customer, TODAY } from "../../access/support";

const NOW = new Date("2026-11-23T12:00:00Z");
const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString();

function keys(...status: [generation: number, status: KeyStatus][]): Customer["keys"] {
  return status.map(([generation, one]) => ({ generation, status: one }));
}

const HAND_OVER = { key: "AKIAIOSFODNN7EXAMPLE", on: "2026-01-01", to: "passphrase" };
const OVERLAP = customer("acme", { keys: keys([1, "active"], [2, "active"]) });

describe("a rotation", () => {
  it("adds a generation above every one that was ever used", () => {
    const handedOver = [{ generation: 7, ...HAND_OVER }];
    expect(rotated(customer("acme"), TODAY)).to.deep.equal({
      added: 2,
      keys: keys([1, "active"], [2, "active"]),
    });
    expect(nextGeneration(customer("acme", { keys: keys([3, "active"]) }))).to.equal(4);
    expect(nextGeneration(customer("acme", { handedOver }))).to.equal(8);
  });

  const refused: [what: string, one: Customer, said: RegExp][] = [
    ["a third key", OVERLAP, /already has two keys.*the most that AWS allows/],
    ["a suspended customer", customer("acme", { status: "suspended" }), /no access now/],
    [
      "a customer whose last day has passed",
      customer("acme", { expires: "2026-11-22" }),
      /no access now/,
    ],
    [
      "a customer with its own AWS account",
      customer("acme", { awsAccount: "210987654321", keys: [] }),
      /own AWS/,
    ],
  ];
  for (const [what, one, said] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => rotated(one, TODAY)).to.throw(UsageError, said);
    });
  }
});

/** Facts with the keys as AWS has them, each with its last use in days ago. */
function facts(
  old: [status: string, used?: number] | undefined,
  fresh: [status: string, used?: number] | undefined,
): RetirementFacts {
  const generations = [old, fresh].flatMap((one, at): RetirementFacts["generations"][number][] => {
    if (one === undefined) return [];
    const [status, used] = one;
    const lastUsed = used === undefined ? null : { at: ago(used), service: "ecr" };
    const key = { id: `AKIA${at}`, status, createdAt: ago(100 - at), lastUsed };
    return [{ generation: at + 1, declared: "active", key }];
  });
  return { generations, today: TODAY, now: NOW, idleDays: 7 };
}

describe("a retirement", () => {
  it("first sets the old key inactive, then removes it", () => {
    const first = retirement(OVERLAP, facts(["Active", 9], ["Active", 1]));
    expect(first).to.deep.equal({
      step: "deactivate",
      generation: 1,
      keeps: 2,
      keys: keys([1, "inactive"], [2, "active"]),
      objections: [],
    });
    const half = { ...OVERLAP, keys: first.keys };
    const second = retirement(half, facts(["Inactive", 9], ["Active", 1]));
    expect([second.step, second.keys, second.objections]).to.deep.equal([
      "remove",
      keys([2, "active"]),
      [],
    ]);
    expect(retirement(half, facts(undefined, ["Active", 1])).step).to.equal("remove");
  });

  const objected: [what: string, found: RetirementFacts, said: RegExp][] = [
    ["the new key was never used", facts(["Active", 9], ["Active"]), /key 2 was never used/],
    [
      "the old key is in use",
      facts(["Active", 6], ["Active", 1]),
      /key 1 was used on 2026-11-17, less than 7 days/,
    ],
    [
      "the old key was used later",
      facts(["Active", 8], ["Active", 20]),
      /after the last use of key 2/,
    ],
  ];
  for (const [what, found, said] of objected) {
    it(`objects when ${what}`, () => {
      const { objections } = retirement(OVERLAP, found);
      expect(objections).to.have.length(1);
      expect(objections[0]).to.match(said);
    });
  }

  it("counts a pull that CloudTrail knows and IAM does not", () => {
    const found = facts(["Active", 9], ["Active", 1]);
    const pulls = new Map([["AKIA0", ago(2)]]);
    expect(retirement(OVERLAP, { ...found, pulls }).objections).to.have.length(1);
    const earlier = new Map([["AKIA0", ago(20)]]);
    expect(retirement(OVERLAP, { ...found, pulls: earlier }).objections).to.deep.equal([]);
    const onlyNew = { ...facts(["Active", 9], ["Active"]), pulls: new Map([["AKIA1", ago(1)]]) };
    expect(retirement(OVERLAP, onlyNew).objections).to.deep.equal([]);
  });

  it("has no objection when the old key was never used", () => {
    expect(retirement(OVERLAP, facts(["Active"], ["Active", 1])).objections).to.deep.equal([]);
  });

  const half = { ...OVERLAP, keys: keys([1, "inactive"], [2, "active"]) };
  const impossible: [what: string, one: Customer, found: RetirementFacts, said: RegExp][] = [
    [
      "the new key does not exist yet",
      OVERLAP,
      facts(["Active", 9], undefined),
      /2 of acme is not in AWS/,
    ],
    [
      "the new key is inactive in AWS",
      OVERLAP,
      facts(["Active"], ["Inactive", 1]),
      /2 of acme is Inactive/,
    ],
    [
      "the new key is inactive in AWS in the second step",
      half,
      facts(["Inactive"], ["Inactive", 1]),
      /2 of acme is Inactive/,
    ],
    [
      "there is only one key",
      customer("acme"),
      facts(["Active"], undefined),
      /has only one key, 1/,
    ],
    [
      "the old key is still active in AWS",
      half,
      facts(["Active"], ["Active", 1]),
      /still Active in AWS/,
    ],
    [
      "no key would work",
      { ...OVERLAP, keys: keys([1, "active"], [2, "inactive"]) },
      facts(["Active"], ["Inactive", 1]),
      /no key would work/,
    ],
    [
      "the customer has no keys",
      customer("acme", { awsAccount: "210987654321", keys: [] }),
      facts(undefined, undefined),
      /own AWS account/,
    ],
  ];
  for (const [what, one, found, said] of impossible) {
    it(`is refused when ${what}, with --force too`, () => {
      expect(() => retirement(one, found)).to.throw(UsageError, said);
    });
  }

  it("removes the old key of a suspended customer once it is inactive in AWS", () => {
    const suspended: Customer = { ...OVERLAP, status: "suspended" };
    expect(retirement(suspended, facts(["Inactive", 0], ["Inactive"])).keys).to.deep.equal(
      keys([2, "active"]),
    );
    expect(() => retirement(suspended, facts(["Active", 0], ["Inactive"]))).to.throw(
      /still Active/,
    );
  });

  it("never leaves an active customer without an active key, whatever AWS holds", () => {
    const status = fc.constantFrom<KeyStatus>("active", "inactive");
    const inAws = fc.option(
      fc.tuple(fc.constantFrom("Active", "Inactive"), fc.option(fc.nat(50), { nil: undefined })),
      { nil: undefined },
    );
    let decided = 0;
    fc.assert(
      fc.property(status, status, inAws, inAws, (one, two, old, fresh) => {
        const before = customer("acme", { keys: keys([1, one], [2, two]) });
        const found = facts(old as [string, number?], fresh as [string, number?]);
        let next;
        try {
          next = retirement(before, found);
        } catch (error) {
          expect(error).to.be.instanceOf(UsageError);
          return;
        }
        decided += 1;
        const kept = next.keys.find(({ generation }) => generation === 2);
        expect([kept?.status, fresh?.[0]]).to.deep.equal(["active", "Active"]);
      }),
      { numRuns: 500 },
    );
    expect(decided).to.be.greaterThan(50);
  });
});

describe("resuming a customer", () => {
  it("keeps the keys, or adds one and leaves all others inactive", () => {
    const suspended: Customer = { ...OVERLAP, status: "suspended" };
    expect(resumed(suspended, false)).to.deep.equal(OVERLAP);
    expect(resumed(suspended, true).keys).to.deep.equal(keys([2, "inactive"], [3, "active"]));
    const one = customer("acme", { status: "suspended" });
    expect(resumed(one, true).keys).to.deep.equal(keys([1, "inactive"], [2, "active"]));
  });

  it("is refused when no key would work", () => {
    const none = customer("acme", { status: "suspended", keys: keys([1, "inactive"]) });
    expect(() => resumed(none, false)).to.throw(UsageError, /it could not log in/);
    const account = { awsAccount: "210987654321", keys: [], status: "suspended" } as const;
    expect(() => resumed(customer("acme", account), true)).to.throw(UsageError, /own AWS account/);
    expect(resumed(customer("acme", account), false).status).to.equal("active");
  });
});
