/**
 * Proves that the judge of the demo and of the end-to-end tests notices each way in which AWS can
 * differ from the files. What AWS holds is written by hand here; reading it is shown end to end.
 */
import { expect } from "chai";
import { declaredAccount } from "../../../automation/compare/compare";
import { deviations, type ReadBack } from "../../../automation/update/readBack";
import { pullersInAws } from "../../../sandbox/pullersInAws";
import type { StackInput } from "../../../src/project";
import {
  cleanAccount,
  written,
  type ChangeableAccount,
  type ChangeableUser,
} from "../../account/cleanAccount";
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

/** What AWS holds, as the files say but for `change`. */
function held(change: (account: ChangeableAccount, acme: ChangeableUser) => void = () => {}) {
  const account = cleanAccount(declaredAccount(input));
  const [acme] = account.users;
  if (acme === undefined) throw new Error("no user");
  change(account, acme);
  return account;
}

/** Names only these in the policy of `edge-agent`. */
function named(account: ChangeableAccount, ...principals: string[]): void {
  const place = account.repositories.get("edge-agent@eu-central-1");
  if (place?.policy === undefined) throw new Error("no policy");
  const document = structuredClone(place.policy.document) as {
    Statement: { Principal: { AWS: string[] } }[];
  };
  document.Statement[0]!.Principal.AWS = principals;
  account.repositories.set("edge-agent@eu-central-1", { ...place, policy: written(document) });
}

describe("what AWS holds, compared with the files", () => {
  it("agrees when nothing differs", () => {
    expect(deviations(held(), input)).to.deep.equal([]);
  });

  const differences: [string, ReadBack, string][] = [
    ["a missing tag", held((_, acme) => (acme.tags = {})), "customer acme cannot pull sdk"],
    ["another group", held((_, acme) => acme.groups.push("admins")), "group admins"],
    [
      "an attached policy",
      held((_, acme) => acme.attachedPolicies.push({ name: "Admin", arn: "a" })),
      "managed policy Admin",
    ],
    [
      "an inline policy",
      held((_, acme) => acme.inlinePolicies.set("x", written({}))),
      "inline policy x",
    ],
    ["an inactive key", held((_, acme) => (acme.keys[0]!.status = "Inactive")), "key 1 of acme"],
    [
      "a key too many",
      held((_, acme) => acme.keys.push({ id: "B", status: "Active" })),
      "B (Active)",
    ],
    ["a console login", held((_, acme) => (acme.hasLoginProfile = true)), "a password for the AWS"],
    [
      "a user too many",
      held((account, acme) => account.users.push({ ...acme, name: "x" })),
      "no file declares it",
    ],
    ["a missing user", held((account) => (account.users = [])), "AWS has no user acme"],
    [
      "a principal too few",
      held((account) => {
        named(account, ARN);
      }),
      "does not name customer hooli",
    ],
    [
      "a principal too many",
      held((account) => {
        named(account, ARN, "*", ACCOUNT);
      }),
      "names everyone without a file that grants it",
    ],
  ];
  for (const [what, found, reported] of differences) {
    it(`reports ${what}`, () => {
      const said = deviations(found, input);
      expect(said, what).not.to.have.length(0);
      expect(said.join("\n")).to.contain(reported);
    });
  }

  it("reports what differs between two lists of hundreds of principals, not the lists", () => {
    const ids = Array.from({ length: 300 }, (_, at) => `c${at}`);
    const many = {
      ...input,
      config: stackConfig({ repositories: catalogue({ "edge-agent": "named" }) }),
      customers: ids.map((id) => customer(id, { repositories: ["edge-agent"] })),
    };
    const account = cleanAccount(declaredAccount(many));
    expect(deviations(account, many)).to.deep.equal([]);
    const arns = ids.map((id) => ARN.replace("acme", id));
    named(account, ...arns.filter((arn) => !arn.endsWith("/c7")), ACCOUNT);
    expect(deviations(account, many)).to.deep.equal([
      "the policy of edge-agent in eu-central-1 does not name customer c7: customer c7 cannot pull edge-agent",
      "the statement of ecr-customers in the policy of edge-agent in eu-central-1 names AWS account 210987654321 without a file that grants it: AWS account 210987654321 can pull edge-agent in eu-central-1",
    ]);
  });

  it("lists the roles of customers without a key among those who may pull", () => {
    const oidc = { issuer: "https://oidc.acme.example", audience: "sts", subjects: ["puller"] };
    const withRole = {
      ...input,
      customers: [customer("acme", { repositories: ["edge-agent", "sdk"], keys: [], oidc })],
    };
    const account = cleanAccount(declaredAccount(withRole));
    expect(account.users).to.deep.equal([]);
    expect([...pullersInAws(account, withRole)]).to.deep.equal([
      ["edge-agent", ["acme"]],
      ["sdk", ["acme"]],
    ]);
  });

  it("lists who may pull, by name, by tag and by account", () => {
    expect([...pullersInAws(held(), input)]).to.deep.equal([
      ["edge-agent", ["acme", ACCOUNT]],
      ["sdk", ["acme"]],
    ]);
  });
});
