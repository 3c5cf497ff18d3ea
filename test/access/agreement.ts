/** Compares the evaluator with `@cloud-copilot/iam-simulate`, an independent one, on random cases. */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { expect } from "chai";
import fc from "fast-check";
import type { Decision } from "../../src/access/evaluate";

/** One request and the policies that decide it; the account has no policies of an organization. */
export type SimulatedCase = Pick<
  Parameters<typeof runSimulation>[0],
  "request" | "identityPolicies" | "resourcePolicy"
>;

/** The simulator's decision. An error or a context key that it left out must never read as a decision. */
export async function simulated(one: SimulatedCase): Promise<string> {
  const none = { serviceControlPolicies: [], resourceControlPolicies: [] };
  const result = await runSimulation({ ...one, ...none }, {});
  expect(result.resultType, JSON.stringify(result)).to.equal("single");
  if (result.resultType !== "single") return "";
  expect(result.result.ignoredContextKeys).to.deep.equal([]);
  return result.overallResult;
}

/** What is compared: the cases, and how each of the two decides one. */
export interface Agreement<Case> {
  cases: fc.Arbitrary<Case>;
  ours: (one: Case) => Decision;
  theirs: (one: Case) => Promise<string>;
  /** The same seed gives the same cases. */
  seed: number;
  count: number;
}

/** Asserts that both decide the same, and that no decision is rare. */
export async function expectAgreement<Case>(agreement: Agreement<Case>): Promise<void> {
  const { cases, ours, theirs, seed, count } = agreement;
  const found: Record<Decision, number> = { Allowed: 0, ExplicitlyDenied: 0, ImplicitlyDenied: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const decision = ours(one);
      expect(await theirs(one)).to.equal(decision);
      found[decision]++;
    }),
    { numRuns: count, seed },
  );
  console.log(`      ${JSON.stringify(found)}`);
  const total = Object.values(found).reduce((sum, some) => sum + some, 0);
  expect(total).to.equal(count);
  for (const [decision, some] of Object.entries(found)) {
    expect(some, decision).to.be.greaterThan(count / 20);
  }
}
