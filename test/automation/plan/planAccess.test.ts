/**
 * Proves whose access a plan says to begin, end or change, why, and who of them counts for the limit
 * of revocations: one edit of one file at a time, and days that pass. Grants in the mass, regions
 * and what the engine says are for plan.test.ts; keys for keyChanges.test.ts.
 */
import { expect } from "chai";
import { makePlan } from "../../../automation/plan/plan";
import type { Customer } from "../../../src/customers/model";
import { customer } from "../../access/support";
import { onlyChange, planBetween, previewOf, recordedBy, stackInput } from "./support";

const TODAY = "2026-11-23";
const YESTERDAY = "2026-11-22";
/** Never changes, so that no plan is about everyone. */
const BYSTANDER = customer("bystander");

function between(before: Customer[], after: Customer[]) {
  return planBetween(stackInput([BYSTANDER, ...before]), stackInput([BYSTANDER, ...after]));
}

/** What one edit of acme's file does: reason, gains, loses, and whether it counts as a loser. */
function edit(before: Partial<Customer> | undefined, after: Partial<Customer> | undefined) {
  const file = (changes: Partial<Customer> | undefined) =>
    changes === undefined ? [] : [customer("acme", changes)];
  const plan = between(file(before), file(after));
  const { reason, gains, loses, losesKeys, changes } = onlyChange(plan);
  return {
    reason,
    gains: gains.map(({ repository }) => repository),
    loses: loses.map(({ repository }) => repository),
    changes: changes.length,
    losesKeys,
    counts: plan.facts.losers.includes("acme"),
  };
}

const SAME = { gains: [], loses: [], changes: 0, losesKeys: false, counts: false };

describe("a plan's access", () => {
  const both = { repositories: ["edge-agent", "orchestrator"] };
  const gainsEdge = { ...SAME, gains: ["edge-agent"] };
  const losesEdge = { ...SAME, loses: ["edge-agent"], counts: true };

  for (const [what, before, after, expected] of [
    ["a new customer", undefined, {}, { ...gainsEdge, reason: "new" }],
    ["a resumed one", { status: "suspended" }, {}, { ...gainsEdge, reason: "back" }],
    [
      "a network for one that could pull from anywhere",
      {},
      { networks: ["203.0.113.0/24"] },
      { ...SAME, reason: "edited", changes: 1, counts: true },
    ],
    [
      "a smaller network",
      { networks: ["203.0.113.0/24"] },
      { networks: ["203.0.113.0/25"] },
      { ...SAME, reason: "edited", changes: 1, counts: true },
    ],
    [
      "another endpoint",
      { vpcEndpoints: ["vpce-0a1b2c3d"] },
      { vpcEndpoints: ["vpce-0a1b2c3e"] },
      { ...SAME, reason: "edited", changes: 1, counts: true },
    ],
    [
      "a larger network",
      { networks: ["203.0.113.0/24"] },
      { networks: ["203.0.112.0/23"] },
      { ...SAME, reason: "edited", changes: 1 },
    ],
    [
      "an endpoint beside a network",
      { networks: ["203.0.113.0/24"] },
      { networks: ["203.0.113.0/24"], vpcEndpoints: ["vpce-0a1b2c3d"] },
      { ...SAME, reason: "edited", changes: 1 },
    ],
    [
      "no network any more",
      { networks: ["203.0.113.0/24"] },
      {},
      { ...SAME, reason: "edited", changes: 1 },
    ],
    [
      "an ended one with a later date",
      { expires: YESTERDAY },
      { expires: "2027-01-31" },
      { ...gainsEdge, reason: "back" },
    ],
    ["a removed one", {}, undefined, { ...losesEdge, reason: "removed" }],
    ["a suspended one", {}, { status: "suspended" }, { ...losesEdge, reason: "suspended" }],
    [
      "one suspended with a date in the past",
      {},
      { status: "suspended", expires: YESTERDAY },
      { ...losesEdge, reason: "suspended" },
    ],
    [
      "a date moved into the past",
      { expires: "2027-01-31" },
      { expires: YESTERDAY },
      { ...losesEdge, reason: "ended" },
    ],
    [
      "a date in the past where there was none",
      {},
      { expires: YESTERDAY },
      { ...losesEdge, reason: "ended" },
    ],
    [
      "a repository removed",
      both,
      {},
      { ...SAME, reason: "edited", loses: ["orchestrator"], counts: true },
    ],
    ["a repository given", {}, both, { ...SAME, reason: "edited", gains: ["orchestrator"] }],
    [
      "one repository for another",
      {},
      { repositories: ["orchestrator"] },
      { ...losesEdge, reason: "edited", gains: ["orchestrator"] },
    ],
    [
      "a later end",
      { expires: "2027-01-31" },
      { expires: "2027-06-30" },
      { ...SAME, reason: "edited", changes: 1 },
    ],
    [
      "an end moved to today, which is still a day with access",
      { expires: "2027-01-31" },
      { expires: TODAY },
      { ...SAME, reason: "edited", changes: 1 },
    ],
    ["no end any more", { expires: TODAY }, {}, { ...SAME, reason: "edited", changes: 1 }],
    [
      "an AWS account instead of the user",
      {},
      { awsAccount: "210987654321", keys: [] },
      { ...SAME, reason: "edited", changes: 1, counts: true },
    ],
    [
      "another AWS account",
      { awsAccount: "210987654321", keys: [] },
      { awsAccount: "210987654322", keys: [] },
      { ...SAME, reason: "edited", changes: 1, counts: true },
    ],
    [
      "a user instead of the AWS account",
      { awsAccount: "210987654321", keys: [] },
      {},
      { ...SAME, reason: "edited", changes: 1, counts: true },
    ],
  ] as [string, Partial<Customer> | undefined, Partial<Customer> | undefined, object][]) {
    it(`reports ${what}`, () => {
      expect(edit(before, after)).to.deep.equal(expected);
    });
  }

  it("neither mentions nor counts an end date that had passed when it was recorded", () => {
    for (const end of [{ expires: YESTERDAY }, { status: "suspended" as const }]) {
      const recorded = recordedBy(
        stackInput([BYSTANDER, customer("acme", { expires: YESTERDAY })], {}, "2026-11-01"),
      );
      const input = stackInput([BYSTANDER, customer("acme", end)]);
      const plan = makePlan({ input, baseline: recorded, preview: previewOf(), today: TODAY });
      expect([plan.access, plan.facts.losers]).to.deep.equal([[], []]);
      expect(plan.facts.entitled).to.equal(1);
    }
  });

  it("neither mentions nor counts the removal of an ended customer's file", () => {
    const ended = [
      customer("acme", { expires: YESTERDAY }),
      customer("hooli", { status: "suspended" }),
    ];
    const plan = between(ended, []);
    expect([plan.access, plan.facts.losers]).to.deep.equal([[], []]);
  });

  it("counts only who may pull today, whatever was recorded", () => {
    const two = { repositories: ["edge-agent", "orchestrator"] };
    const recorded = ["a", "b", "c"].map((id) => customer(id, two));
    const ended = [
      customer("acme", { expires: YESTERDAY }),
      customer("hooli", { status: "suspended" }),
    ];
    expect(between([...recorded, ...ended], recorded).facts.entitled).to.equal(4);
  });

  it("reports for a later day who has lost access by then, without changing today's plan", () => {
    const files = [BYSTANDER, customer("acme", { expires: "2027-01-31" })];
    const baseline = recordedBy(stackInput(files));
    const on = (day: string) =>
      makePlan({ input: stackInput(files, {}, day), baseline, preview: previewOf(), today: TODAY });
    expect(on("2027-01-31").access).to.deep.equal([]);
    const change = onlyChange(on("2027-02-01"));
    expect([change.customer, change.reason]).to.deep.equal(["acme", "ended"]);
    expect(on("2027-02-01").facts.losers).to.deep.equal(["acme"]);
  });

  it("is in order of ids, each customer once, also those that lose nothing but their keys", () => {
    const keyless = [{ generation: 1, status: "inactive" as const }];
    const ids = ["zeta", "beta", "alpha", "gamma"].map((id) => customer(id));
    const after = [
      customer("zeta", { keys: keyless }),
      customer("beta", { ...both, keys: keyless }),
      customer("alpha", { status: "suspended" }),
      customer("gamma", { keys: keyless }),
    ];
    const { access } = between(ids, after);
    expect(access.map((one) => [one.customer, one.losesKeys])).to.deep.equal([
      ["alpha", false],
      ["beta", true],
      ["gamma", true],
      ["zeta", true],
    ]);
  });
});
