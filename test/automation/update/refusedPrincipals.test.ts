/**
 * Proves that the principals ECR refuses are found exactly, that the policy is left written with all
 * the others, and that no accepted attempt lacks a principal that AWS named before and that is fine,
 * as long as at most one of those is refused. ECR is simulated here; test/e2e/badPrincipals.test.ts shows
 * the real flow.
 */
import { expect } from "chai";
import fc from "fast-check";
import { findRefused, type RefusedPolicy } from "../../../automation/update/refusedPrincipals";

/** An ECR that refuses these principals, and what it holds. */
class PlayedEcr {
  readonly written: string[][] = [];
  calls = 0;
  readonly #all: readonly string[];
  readonly #bad: ReadonlySet<string>;

  constructor({ added, accounts, others }: RefusedPolicy, bad: readonly string[]) {
    this.#all = [...added, ...accounts, ...others];
    this.#bad = new Set(bad);
  }

  readonly writeWithout = (excluded: ReadonlySet<string>): Promise<boolean> => {
    this.calls += 1;
    const document = this.#all.filter((arn) => !excluded.has(arn));
    const isAccepted = document.length > 0 && !document.some((arn) => this.#bad.has(arn));
    if (isAccepted) this.written.push(document);
    return Promise.resolve(isAccepted);
  };
}

function named(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`);
}

describe("the search for principals that ECR refuses", () => {
  const policy = {
    added: named("new", 40),
    accounts: named("account", 3),
    others: named("user", 60),
  };

  it("finds one new principal of forty with few calls, and writes everyone else", async () => {
    const ecr = new PlayedEcr(policy, ["new17"]);
    expect(await findRefused(policy, ecr.writeWithout)).to.deep.equal(["new17"]);
    expect(ecr.written.at(-1)).to.have.length(102);
    expect(ecr.calls).to.be.lessThan(20);
  });

  it("finds one account that was closed without leaving out any other that could pull", async () => {
    const ecr = new PlayedEcr(policy, ["account1"]);
    expect(await findRefused(policy, ecr.writeWithout)).to.deep.equal(["account1"]);
    const present = [...policy.accounts, ...policy.others].filter((arn) => arn !== "account1");
    for (const document of ecr.written) expect(document).to.include.members(present);
  });

  it("returns nothing when ECR accepts them all by now", async () => {
    const ecr = new PlayedEcr(policy, []);
    expect(await findRefused(policy, ecr.writeWithout)).to.deep.equal([]);
    expect(ecr.calls).to.equal(1);
  });

  it("returns all of them, and writes nothing, when ECR accepts none", async () => {
    const all = [...policy.added, ...policy.accounts, ...policy.others];
    const ecr = new PlayedEcr(policy, all);
    expect(await findRefused(policy, ecr.writeWithout)).to.deep.equal(all);
    expect(ecr.written).to.deep.equal([]);
  });

  it("rethrows an error that does not concern a principal", async () => {
    const failure = new Error("throttled");
    const error = await findRefused(policy, () => Promise.reject(failure)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.equal(failure);
  });

  it("finds any set of new and foreign principals exactly, and ends with the largest document", async () => {
    const sizes = fc.tuple(fc.nat(12), fc.nat(5), fc.integer({ min: 1, max: 8 }));
    await fc.assert(
      fc.asyncProperty(sizes, fc.infiniteStream(fc.boolean()), async ([a, b, c], choice) => {
        const some = {
          added: named("new", a),
          accounts: named("acc", b),
          others: named("user", c),
        };
        const bad = [...some.added, ...some.accounts].filter(() => choice.next().value);
        const ecr = new PlayedEcr(some, bad);
        expect(await findRefused(some, ecr.writeWithout)).to.deep.equal(bad);
        const all = [...some.added, ...some.accounts, ...some.others];
        expect(ecr.written.at(-1)).to.deep.equal(all.filter((arn) => !bad.includes(arn)));
        // Whoever was named before can still pull, when at most one of them is refused.
        if (bad.filter((arn) => some.accounts.includes(arn)).length > 1) return;
        const fine = [...some.accounts, ...some.others].filter((arn) => !bad.includes(arn));
        for (const document of ecr.written) expect(document).to.include.members(fine);
      }),
      { numRuns: 500 },
    );
  });
});
