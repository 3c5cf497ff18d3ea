/**
 * Proves the words for one customer's change. Which changes there are is for
 * plan.test.ts.
 */
import { expect } from "chai";
import { accessLine } from "../../../automation/plan/accessWords";
import { principalsText } from "../../../automation/plan/principalWords";
import { losesAccess } from "../../../automation/plan/plannedAccess";
import type { RepositorySettings } from "../../../src/access/model";
import type { Customer } from "../../../src/customers/model";
import { customer } from "../../access/support";
import { onlyChange, planBetween, stackInput } from "./support";

const BOTH = ["edge-agent", "orchestrator"];
const ACCOUNT = { awsAccount: "210987654321", keys: [] };
const ROLE = { ...ACCOUNT, awsRoles: ["ci/puller"] };
const MOVING = { awsAccount: "210987654321", awsRoles: ["ci/puller"], withKey: true as const };
const OIDC = { oidc: { issuer: "https://oidc.acme.example", audience: "sts", subjects: ["ci"] } };
const TOKENS = (subjects: string, audience = "sts") =>
  `role acme with tokens for ${subjects} of https://oidc.acme.example (audience ${audience})`;
const INACTIVE = [{ generation: 1, status: "inactive" as const }];

function change(before: Partial<Customer> | undefined, after: Partial<Customer> | undefined) {
  const file = (changes: Partial<Customer> | undefined) =>
    changes === undefined ? [] : [customer("acme", changes)];
  return onlyChange(planBetween(stackInput(file(before)), stackInput(file(after))));
}

describe("a customer's change in words", () => {
  for (const [before, after, words] of [
    [undefined, {}, "new, gains edge-agent"],
    [undefined, { repositories: BOTH }, "new, gains edge-agent, orchestrator"],
    [undefined, { expires: "2027-01-31" }, "new, gains edge-agent until 2027-01-31"],
    [{ status: "suspended" }, {}, "back, gains edge-agent"],
    [{ repositories: BOTH }, undefined, "removed, LOSES edge-agent, orchestrator"],
    [{ repositories: BOTH }, { status: "suspended" }, "suspended, LOSES edge-agent, orchestrator"],
    [{}, { expires: "2026-11-22" }, "past its last day, LOSES edge-agent"],
    [{ repositories: BOTH }, {}, "LOSES orchestrator"],
    [
      { expires: "2027-01-31" },
      { expires: "2027-01-31", repositories: BOTH },
      "gains orchestrator until 2027-01-31",
    ],
    [{}, { repositories: ["orchestrator"] }, "LOSES edge-agent, gains orchestrator"],
    [{}, { expires: "2027-01-31" }, "ends after 2027-01-31 instead of never"],
    [{ expires: "2027-01-31" }, {}, "ends never instead of after 2027-01-31"],
    [
      { repositories: BOTH, expires: "2027-01-31" },
      { repositories: BOTH, expires: "2027-06-30" },
      "ends after 2027-06-30 instead of after 2027-01-31",
    ],
    [
      {},
      { repositories: BOTH, expires: "2027-06-30" },
      "gains orchestrator until 2027-06-30, ends after 2027-06-30 instead of never",
    ],
    [{}, ACCOUNT, "LOSES its access as user acme, pulls as AWS account 210987654321"],
    [ACCOUNT, {}, "LOSES its access as AWS account 210987654321, pulls as user acme"],
    [
      undefined,
      { networks: ["203.0.113.0/24"] },
      "new, gains edge-agent, may pull only from 203.0.113.0/24",
    ],
    [
      {},
      { networks: ["203.0.113.0/24"] },
      "LOSES access from elsewhere, may pull only from 203.0.113.0/24 instead of from anywhere",
    ],
    [{ networks: ["203.0.113.0/24"] }, {}, "may pull from anywhere instead of from 203.0.113.0/24"],
    [
      { networks: ["203.0.113.0/24"] },
      { networks: ["2001:db8::/32", "203.0.113.0/24"], vpcEndpoints: ["vpce-0a1b2c3d"] },
      "may pull only from 2001:db8::/32, 203.0.113.0/24 and VPC endpoint vpce-0a1b2c3d instead of from 203.0.113.0/24",
    ],
    [{}, MOVING, "pulls as user acme and role ci/puller of AWS account 210987654321"],
    [
      MOVING,
      ROLE,
      "LOSES its access as user acme, pulls as role ci/puller of AWS account 210987654321",
    ],
    [
      ACCOUNT,
      ROLE,
      "LOSES its access as AWS account 210987654321, pulls as role ci/puller of AWS account 210987654321",
    ],
    [{}, { ...OIDC, withKey: true }, `pulls as user acme and ${TOKENS("ci")}`],
    [
      { ...OIDC, withKey: true },
      { ...OIDC, keys: [] },
      `LOSES its access as user acme, pulls as ${TOKENS("ci")}`,
    ],
    [
      { oidc: { ...OIDC.oidc, subjects: ["cd", "ci"] } },
      OIDC,
      `LOSES its access as ${TOKENS("cd")}, pulls as ${TOKENS("ci")}`,
    ],
    [OIDC, { oidc: { ...OIDC.oidc, subjects: ["cd", "ci"] } }, `pulls as ${TOKENS("cd and ci")}`],
    [
      OIDC,
      { oidc: { ...OIDC.oidc, audience: "another" } },
      `LOSES its access as ${TOKENS("ci")}, pulls as ${TOKENS("ci", "another")}`,
    ],
    [{}, { keys: INACTIVE }, "LOSES all its working keys"],
    [
      { repositories: BOTH },
      { repositories: ["orchestrator", "telemetry-sdk"], keys: INACTIVE },
      "LOSES edge-agent, LOSES all its working keys, gains telemetry-sdk",
    ],
  ] as [Partial<Customer> | undefined, Partial<Customer> | undefined, string][]) {
    it(`is: ${words}`, () => {
      const found = change(before, after);
      expect(accessLine(found)).to.equal(words);
      // What is shown in capitals is what the limit counts.
      expect(losesAccess(found)).to.equal(words.includes("LOSES"));
    });
  }

  it("names the regions when it is not all of them", () => {
    const settings: RepositorySettings = { create: false, grants: "named", regions: [] };
    const input = (...regions: string[]) =>
      stackInput([customer("acme")], {
        repositories: new Map([["edge-agent", { ...settings, regions }]]),
      });
    const words = (before: string[], after: string[]) =>
      accessLine(onlyChange(planBetween(input(...before), input(...after))));
    expect(words(["a", "b", "c"], ["b"])).to.equal("LOSES edge-agent in a and c");
    expect(words(["a"], ["b"])).to.equal("LOSES edge-agent in a, gains edge-agent in b");
  });

  it("names principals by their kind", () => {
    const user = { kind: "user", userName: "eu-acme" } as const;
    const account = { kind: "account", account: "210987654321" } as const;
    const role = { kind: "role", account: "210987654321", role: "ci/puller" } as const;
    expect(principalsText({ principals: [user] })).to.equal("user eu-acme");
    expect(principalsText({ principals: [account] })).to.equal("AWS account 210987654321");
    expect(principalsText({ principals: [user, role] })).to.equal(
      "user eu-acme and role ci/puller of AWS account 210987654321",
    );
  });
});
