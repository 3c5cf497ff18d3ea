/**
 * Proves by examples which updates are one run and which are two, what ends access first. The rules
 * that hold for any update are in revocationsFirst.test.ts.
 */
import { expect } from "chai";
import { revocationsFirst } from "../../../automation/plan/revocationsFirst";
import type { RepositorySettings } from "../../../src/access/model";
import type { Customer } from "../../../src/customers/model";
import type { StackInput } from "../../../src/project";
import { stackOutputs } from "../../../src/stack/outputs";
import { customer } from "../../access/support";
import { onlyChange, planBetween, stackInput } from "./support";

/** What is run first, given what the update before recorded. */
function first([before, after]: readonly [StackInput, StackInput]): StackInput | undefined {
  return revocationsFirst(after, stackOutputs(before));
}

describe("an update", () => {
  const acme = customer("acme");
  const globex = customer("globex");
  const both = ["edge-agent", "orchestrator"];
  const settings: RepositorySettings = {
    create: false,
    grants: "named",
    regions: ["eu-central-1"],
  };
  const catalogue = (changes: Partial<RepositorySettings>) => ({
    repositories: new Map([["edge-agent", { ...settings, ...changes }]]),
  });

  it("takes one run for the first deployment", () => {
    expect(revocationsFirst(stackInput([acme, globex]), undefined)).to.equal(undefined);
  });

  for (const [what, before, after] of [
    ["no change", [acme], [acme]],
    ["a new customer", [acme], [acme, globex]],
    ["a new repository", [acme], [customer("acme", { repositories: both })]],
    ["a later end", [customer("acme", { expires: "2027-01-31" })], [acme]],
    ["a customer that comes back", [customer("acme", { status: "suspended" })], [acme]],
    [
      "a second key",
      [acme],
      [
        customer("acme", {
          keys: [
            { generation: 1, status: "active" },
            { generation: 2, status: "active" },
          ],
        }),
      ],
    ],
    ["a removed customer", [acme, globex], [acme]],
    ["a suspended customer", [acme], [customer("acme", { status: "suspended" })]],
    ["an earlier end", [acme], [customer("acme", { expires: "2027-01-31" })]],
    ["a repository removed", [customer("acme", { repositories: both })], [acme]],
    [
      "an inactive key",
      [acme],
      [customer("acme", { keys: [{ generation: 1, status: "inactive" }] })],
    ],
  ] as [string, Customer[], Customer[]][]) {
    it(`takes one run with ${what}`, () => {
      expect(first([stackInput(before), stackInput(after)])).to.equal(undefined);
    });
  }

  it("takes one run when only the catalogue changes", () => {
    for (const [then, now] of [
      [{ grants: "named" }, { grants: "tagged" }],
      [{ regions: ["eu-central-1"] }, { regions: ["eu-central-1", "us-east-1"] }],
      [{ regions: ["eu-central-1", "us-east-1"] }, { regions: ["eu-central-1"] }],
    ] as Partial<RepositorySettings>[][]) {
      const pair = [
        stackInput([acme], catalogue(then!)),
        stackInput([acme], catalogue(now!)),
      ] as const;
      expect(first(pair), JSON.stringify(now)).to.equal(undefined);
    }
  });

  it("takes two runs when one customer is suspended and another is new", () => {
    const shrunk = first([
      stackInput([acme]),
      stackInput([customer("acme", { status: "suspended" }), globex]),
    ]);
    expect(shrunk?.customers).to.deep.equal([customer("acme", { status: "suspended" })]);
  });

  it("takes two runs when a recorded end has passed and another customer is new", () => {
    const ended = customer("acme", { expires: "2026-11-22" });
    const shrunk = first([stackInput([ended], {}, "2026-11-01"), stackInput([ended, globex])]);
    expect(shrunk?.customers).to.deep.equal([ended]);
  });

  it("takes two runs when the principal changes: the old one is removed before the new one is added", () => {
    const account = customer("acme", { awsAccount: "210987654321", keys: [] });
    const shrunk = first([stackInput([acme]), stackInput([account])]);
    expect(shrunk?.customers).to.deep.equal([]);
    expect(onlyChange(planBetween(stackInput([]), stackInput([account]))).reason).to.equal("new");
  });

  it("takes two runs when a repository moves to another region: it is left out at first", () => {
    const shrunk = first([
      stackInput([acme], catalogue({ regions: ["eu-central-1"] })),
      stackInput([acme], catalogue({ regions: ["us-east-1"] })),
    ]);
    expect([...(shrunk?.config.repositories.keys() ?? [])]).to.deep.equal([]);
    expect(shrunk?.customers).to.deep.equal([{ ...acme, repositories: [] }]);
  });
});
