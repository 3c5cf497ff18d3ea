/** Proves that what a new version or other settings change in AWS is not blamed on someone who changed AWS. */
import { expect } from "chai";
import { changedByHand } from "../../../automation/plan/byHand";
import type { Deviation } from "../../../src/account/deviation";
import { stackOutputs } from "../../../src/stack/outputs";
import { customer, TODAY } from "../../access/support";
import { REPOSITORY_POLICY, resourceChange, stackInput, USER } from "./support";

function deviation(check: string, kind: Deviation["subject"]["kind"], name: string): Deviation {
  return { check, subject: { kind, name }, customers: [], what: check, repair: "update" };
}

const STATEMENT = deviation(
  "repository-statement-missing",
  "repository",
  "edge-agent in eu-central-1",
);
const ACTIONS = deviation("repository-actions", "repository", "edge-agent in eu-central-1");
const TAGS = deviation("user-tags", "customer", "acme");
const LOGIN = deviation("group-policy-changed", "policy", "AmazonEC2ContainerRegistryLogin");
const POLICY = resourceChange("update", REPOSITORY_POLICY, "edge-agent@eu-central-1");
const OF_GROUP = resourceChange("update", "aws:iam/policy:Policy", "login");

describe("a difference that the program makes", () => {
  const recorded = stackOutputs(stackInput([customer("acme")]));
  const checks = (fromRecord: Deviation[], declared = [POLICY], fromFiles = fromRecord) =>
    changedByHand({ fromRecord, fromFiles, declared, recorded, today: TODAY }).map(
      ({ check }) => check,
    );

  for (const [one, resource] of [
    [STATEMENT, POLICY],
    [TAGS, resourceChange("update", USER, "acme")],
    [LOGIN, OF_GROUP],
  ] as const) {
    it(`is not one by hand: ${one.check}`, () => {
      expect(checks([one], [resource])).to.deep.equal([]);
      expect(checks([one], [])).to.deep.equal([one.check]);
      const other = { ...resource, name: `${resource.name}-2`, type: `${resource.type}2` };
      expect(checks([one], [other])).to.deep.equal([one.check]);
    });
  }

  it("hides nothing else that someone changed in the same policy", () => {
    expect(checks([STATEMENT, ACTIONS])).to.deep.equal(["repository-actions"]);
  });

  it("is not reported when AWS holds what the files say by now", () => {
    expect(checks([ACTIONS], [], [TAGS])).to.deep.equal([]);
    expect(checks([{ ...ACTIONS, beforeAdoption: true }])).to.deep.equal([]);
  });
});
