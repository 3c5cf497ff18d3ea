/**
 * Proves when the last key of a customer that moves to another identity may be retired: after the new one was used, and
 * the key no longer is. On values; test/e2e/tokenPulls.test.ts retires one in the sandbox.
 */
import { expect } from "chai";
import { lastKeyOf, lastKeyRetirement, type LastKeyFacts } from "../../../automation/keys/lastKey";
import { UsageError } from "../../../automation/output/usageError";
import { withoutKeys } from "../../../src/customers/write";
import { customer, TODAY } from "../../access/support";

const oidc = { issuer: "https://oidc.acme.example", audience: "a", subjects: ["s"] };
const MOVING = customer("acme", { oidc, withKey: true });
const ACTIVE = { generation: 1, status: "active" as const };
const NOW = new Date("2026-11-28T12:00:00Z");

function keyUsed(at: string | null, status = "Active"): LastKeyFacts["key"] {
  return {
    generation: 1,
    declared: "active",
    key: { id: "AKIA1", status, lastUsed: at === null ? null : { at } },
  };
}

function facts(changes: Partial<LastKeyFacts> = {}): LastKeyFacts {
  return {
    key: keyUsed("2026-11-10T12:00:00Z"),
    roleUsed: "2026-11-28T11:00:00Z",
    ...{ today: TODAY, now: NOW, idleDays: 7 },
    ...changes,
  };
}

describe("the last key of a customer that moves to another identity", () => {
  it("is the only one beside another identity", () => {
    expect(lastKeyOf(MOVING)).to.deep.equal(ACTIVE);
    expect(lastKeyOf(customer("acme"))).to.equal(undefined);
    expect(lastKeyOf(customer("acme", { oidc, keys: [] }))).to.equal(undefined);
    const two = [ACTIVE, { generation: 2, status: "active" as const }];
    expect(lastKeyOf({ ...MOVING, keys: two })).to.equal(undefined);
  });

  it("is set inactive, then removed, once the role is used and the key is not", () => {
    expect(lastKeyRetirement(MOVING, ACTIVE, facts())).to.deep.equal({
      step: "deactivate",
      generation: 1,
      objections: [],
    });
    const inactive = { generation: 1, status: "inactive" as const };
    const key = keyUsed("2026-11-10T12:00:00Z", "Inactive");
    expect(lastKeyRetirement(MOVING, inactive, facts({ key })).step).to.equal("remove");
    expect(() => lastKeyRetirement(MOVING, inactive, facts())).to.throw(
      UsageError,
      "key 1 of acme is still Active in AWS",
    );
  });

  it("is not idle while a login that was made with it still pulls", () => {
    const pulls = new Map([["AKIA1", "2026-11-28T10:00:00Z"]]);
    const { objections } = lastKeyRetirement(MOVING, ACTIVE, facts({ pulls }));
    expect(objections.join()).to.contain("key 1 was used on 2026-11-28");
  });

  for (const [what, changes, objection] of [
    ["the role was never used", { roleUsed: null }, "the role of acme was never used"],
    [
      "the key is still in use",
      { key: keyUsed("2026-11-25T12:00:00Z") },
      "key 1 was used on 2026-11-25, less than 7 days ago",
    ],
    [
      "the key was used after the role",
      { roleUsed: "2026-11-01T00:00:00Z" },
      "after the last use of the role on 2026-11-01",
    ],
  ] as const) {
    it(`is kept while ${what}`, () => {
      const { objections } = lastKeyRetirement(MOVING, ACTIVE, facts(changes));
      expect(objections.join("\n")).to.contain(objection);
    });
  }

  it("is kept beside another account, whose pulls IAM does not show", () => {
    const moving = customer("acme", { awsAccount: "210987654321", withKey: true });
    const { roleUsed: _, ...read } = facts();
    expect(lastKeyRetirement(moving, ACTIVE, read).objections.join()).to.contain("CloudTrail");
  });

  it("is no obstacle for a customer whose access has ended", () => {
    const suspended = { ...MOVING, status: "suspended" as const };
    const { objections } = lastKeyRetirement(suspended, ACTIVE, facts({ roleUsed: null }));
    expect(objections).to.deep.equal([]);
  });

  it("leaves the file with its generation and `key: true`, and nothing else changes", () => {
    const tokens = "oidc: { issuer: https://x.example, audience: a, subjects: [s] }";
    for (const [before, after] of [
      [`identity: { key: true, ${tokens} } # theirs\n`, `identity: { ${tokens} } # theirs\n`],
      [`identity:\n  key: true\n  ${tokens}\n`, `identity:\n  ${tokens}\n`],
    ]) {
      const text = (identity: string, keys: string) => `name: Acme # first\n${identity}${keys}`;
      expect(withoutKeys(text(before ?? "", "keys: { 1: inactive }\n"))).to.equal(
        text(after ?? "", ""),
      );
    }
  });
});
