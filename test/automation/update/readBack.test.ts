/**
 * Proves that the judge of the demo and of the end-to-end tests notices each way in which AWS can
 * differ from the files. What AWS holds is written by hand here; reading it is shown end to end.
 */
import { expect } from "chai";
import type { UserView } from "../../../automation/aws/client";
import { deviations, type ReadBack } from "../../../automation/update/readBack";
import { pullersInAws } from "../../../sandbox/pullersInAws";
import type { StackInput } from "../../../src/project";
import { catalogue, customer, TODAY } from "../../access/support";
import { stackConfig } from "../../customers/support";

const ARN = "arn:aws:iam::123456789012:user/customers/acme";
const ACCOUNT = "arn:aws:iam::210987654321:root";

const input: StackInput = {
  config: stackConfig({ repositories: catalogue({ "edge-agent": "named", sdk: "tagged" }) }),
  customers: [
    customer("acme", { repositories: ["edge-agent", "sdk"] }),
    customer("hooli", { awsAccount: "210987654321", keys: [] }),
  ],
  today: TODAY,
};

function held(changes: Partial<UserView> = {}, principals = [ARN, ACCOUNT]): ReadBack {
  const acme: UserView = {
    name: "acme",
    path: "/customers/",
    uniqueId: "AIDAACME",
    arn: ARN,
    tags: { "ecr-customers:customer": "acme", "pull:sdk": "allow" },
    groups: ["ecr-customers"],
    attachedPolicies: [],
    inlinePolicies: {},
    keys: { AKIAACME: "Active" },
    hasLoginProfile: false,
    ...changes,
  };
  return {
    users: [acme],
    principals: new Map([
      ["edge-agent@eu-central-1", principals],
      ["sdk@eu-central-1", []],
    ]),
  };
}

describe("what AWS holds, compared with the files", () => {
  it("agrees when nothing differs", () => {
    expect(deviations(held(), input)).to.deep.equal([]);
  });

  const differences: [string, ReadBack, string][] = [
    ["a missing tag", held({ tags: {} }), "tags of acme"],
    ["another group", held({ groups: ["ecr-customers", "admins"] }), "groups of acme"],
    ["an attached policy", held({ attachedPolicies: ["Admin"] }), "attached policies of acme"],
    ["an inline policy", held({ inlinePolicies: { x: {} } }), "inline policies of acme"],
    ["an inactive key", held({ keys: { AKIAACME: "Inactive" } }), "keys of acme"],
    ["a key too many", held({ keys: { A: "Active", B: "Active" } }), "keys of acme"],
    ["a console login", held({ hasLoginProfile: true }), "login profile of acme"],
    [
      "a user too many",
      { ...held(), users: [...held().users, { ...held().users[0]!, name: "x" }] },
      "x still exists",
    ],
    ["a missing user", { ...held(), users: [] }, "acme does not exist"],
    ["a principal too few", held({}, [ARN]), "principals of edge-agent in eu-central-1"],
    ["a principal too many", held({}, [ARN, "*", ACCOUNT]), "principals of edge-agent"],
  ];
  for (const [what, found, told] of differences) {
    it(`reports ${what}`, () => {
      const said = deviations(found, input);
      expect(said, what).not.to.have.length(0);
      expect(said[0]).to.contain(told);
    });
  }

  it("lists who may pull, by name, by tag and by account", () => {
    expect([...pullersInAws(held(), input)]).to.deep.equal([
      ["edge-agent", ["acme", ACCOUNT]],
      ["sdk", ["acme"]],
    ]);
  });
});
