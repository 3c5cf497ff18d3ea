/**
 * Proves that no change of a customer's access is called one that does not concern it. That versions come from git is
 * in test/automation/history.
 */
import { expect } from "chai";
import type { Customer } from "../../src/customers/model";
import { changesOf } from "../../src/history/changes";
import { customer } from "../access/support";

const commit = { id: "1", at: "2026-11-01T00:00:00Z", author: "Ada", subject: "Change" };

function wordsOf(before: Partial<Customer>, after: Partial<Customer>): string[] {
  const versions = [before, after].map((one) => ({ commit, customer: customer("acme", one) }));
  return changesOf(versions)[1]?.words ?? [];
}

describe("what a commit changed for a customer", () => {
  const account = { awsAccount: "210987654321", keys: [] };
  for (const [before, after, words] of [
    [{ networks: ["203.0.113.0/24"] }, {}, ["networks 203.0.113.0/24 → any"]],
    [{}, { vpcEndpoints: ["vpce-0a1b2c3d"] }, ["VPC endpoints none → vpce-0a1b2c3d"]],
    [{}, { regions: ["eu-central-1"] }, ["regions all → eu-central-1"]],
    [account, { ...account, awsRoles: ["ci/puller"] }, ["roles all → ci/puller"]],
    [account, { ...account, withKey: true }, ["key beside other identities no → yes"]],
    [{}, { userName: "Old_Puller" }, ["userName from the id → Old_Puller"]],
    [{ expires: "2027-01-31" }, {}, ["expires 2027-01-31 → never"]],
    [{}, {}, ["nothing that concerns access"]],
  ] satisfies [Partial<Customer>, Partial<Customer>, string[]][]) {
    it(`is ${words.join(", ")}`, () => {
      expect(wordsOf(before, after)).to.deep.equal(words);
    });
  }
});
