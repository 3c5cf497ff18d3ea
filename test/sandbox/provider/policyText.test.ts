/**
 * When two policy texts are the same to AWS.
 *
 * Proves: what the comparison treats as equal; opens no socket.
 * Does not prove: that AWS or the real plugin compares the same way.
 */
import { expect } from "chai";
import { jsonProblem, sameJson, samePolicy } from "../../../sandbox/provider/policyText";

const A = "arn:aws:iam::123456789012:user/a";
const B = "arn:aws:iam::123456789012:user/b";

function policy(change: object = {}, statement: object = {}): string {
  const Statement = {
    Sid: "Pull",
    Effect: "Allow",
    Principal: { AWS: [A, B] },
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    ...statement,
  };
  return JSON.stringify({ Version: "2012-10-17", Id: "x", Statement: [Statement], ...change });
}

const one = JSON.parse(policy()) as { Statement: object[] };

const SAME: Record<string, [string, string]> = {
  "white space": [policy(), JSON.stringify(one, undefined, 2)],
  "the order of principals": [policy(), policy({}, { Principal: { AWS: [B, A] } })],
  "the order of actions": [
    policy(),
    policy({}, { Action: ["ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"] }),
  ],
  "a string or a list of one": [
    policy({}, { Principal: { AWS: A }, Action: "ecr:*" }),
    policy({}, { Principal: { AWS: [A] }, Action: ["ecr:*"] }),
  ],
  "one statement or a list of one": [policy(), policy({ Statement: one.Statement[0] })],
  "the order of statements": [
    policy({ Statement: [{ Sid: "a" }, { Sid: "b" }] }),
    policy({ Statement: [{ Sid: "b" }, { Sid: "a" }] }),
  ],
  "a condition's value or a list of one": [
    policy({}, { Condition: { StringEquals: { "aws:PrincipalTag/a": "x" } } }),
    policy({}, { Condition: { StringEquals: { "aws:PrincipalTag/a": ["x"] } } }),
  ],
  "the order of keys": [`{"Id":"x","Version":"1"}`, `{"Version":"1","Id":"x"}`],
};

const DIFFERENT: Record<string, [string, string]> = {
  Sid: [policy(), policy({}, { Sid: "Other" })],
  Id: [policy(), policy({ Id: "y" })],
  Version: [policy(), policy({ Version: "2008-10-17" })],
  "a missing principal": [policy(), policy({}, { Principal: { AWS: [A] } })],
  "a principal named twice": [policy(), policy({}, { Principal: { AWS: [A, A, B] } })],
  "the case of an action": [policy(), policy({}, { Action: ["ecr:batchGetImage"] })],
  "the effect": [policy(), policy({}, { Effect: "Deny" })],
  "one statement split in two": [policy(), policy({ Statement: [...one.Statement, { Sid: "b" }] })],
  "text that is no JSON": [policy(), "AIDA"],
};

describe("policy text", () => {
  for (const [what, [left, right]] of Object.entries(SAME)) {
    it(`is equal despite ${what}`, () => {
      expect(left).not.to.equal(right);
      expect(samePolicy(left, right)).to.equal(true);
      expect(samePolicy(right, left)).to.equal(true);
    });
  }

  for (const [what, [left, right]] of Object.entries(DIFFERENT)) {
    it(`differs by ${what}`, () => {
      expect(samePolicy(left, right)).to.equal(false);
      expect(samePolicy(right, left)).to.equal(false);
    });
  }

  it("is compared as plain JSON where the order of lists matters", () => {
    expect(sameJson(`{"rules":[1, 2]}`, `{"rules":[1,2]}`)).to.equal(true);
    expect(sameJson(`{"rules":[2,1]}`, `{"rules":[1,2]}`)).to.equal(false);
  });

  it("must be JSON", () => {
    expect(jsonProblem(policy())).to.equal(undefined);
    expect(jsonProblem("{")).to.match(/invalid JSON/);
  });
});
