/**
 * Proves how a repository policy is read and rewritten, without a socket: shapes of principals and
 * statements, and that only principals are replaced. What is refused with which message is proved
 * against a running sandbox in refusals.test.ts.
 */
import { expect } from "chai";
import { readRepositoryPolicy, replacePrincipal } from "../../../sandbox/aws/policyText";

const ARN = "arn:aws:iam::123456789012:user/customers/acme";

function policy(change: Record<string, unknown> = {}): string {
  const statement = {
    Effect: "Allow",
    Principal: { AWS: ARN },
    Action: "ecr:BatchGetImage",
    ...change,
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: statement });
}

describe("readRepositoryPolicy", () => {
  it("reads a single statement, principal and action as well as lists of them", () => {
    const user = {
      kind: "user",
      arn: ARN,
      account: "123456789012",
      path: "/customers/",
      name: "acme",
    };
    expect(readRepositoryPolicy(policy())).to.deep.equal([user]);
    const list = { Principal: { AWS: [ARN, ARN] }, Action: ["ecr:*", "*"] };
    expect(readRepositoryPolicy(policy(list))).to.deep.equal([user, user]);
  });

  const kinds: Record<string, string> = {
    "*": "other",
    "111122223333": "other",
    "arn:aws:iam::111122223333:root": "other",
    "arn:aws:sts::123456789012:assumed-role/deploy/session": "other",
    "arn:aws:iam::123456789012:role/ci/deploy": "role",
    "arn:aws:iam::123456789012:user/acme": "user",
    "arn:aws:iam::123456789012:group/customers": "unknown",
    "arn:aws:iam::123456789012:user/customers/": "unknown",
    "arn:aws:iam::12345:root": "unknown",
    AIDACKCEVSQ6C2EXAMPLE: "unknown",
    acme: "unknown",
  };
  for (const [text, kind] of Object.entries(kinds)) {
    it(`treats ${text} as ${kind}`, () => {
      const principals = readRepositoryPolicy(policy({ Principal: { AWS: text } }));
      expect(principals?.map((principal) => principal.kind)).to.deep.equal([kind]);
    });
  }

  it("returns no principal for a service", () => {
    const service = { Principal: { Service: "lambda.amazonaws.com" } };
    expect(readRepositoryPolicy(policy(service))).to.deep.equal([]);
  });

  const invalid: Record<string, string> = {
    "an empty text": "",
    "a JSON list": "[]",
    "no statement": "{}",
    "an empty list of statements": '{"Statement":[]}',
    "a statement that is a text": '{"Statement":["x"]}',
    "an unknown effect": policy({ Effect: "allow" }),
    "no action": policy({ Action: undefined }),
    "an action of another service": policy({ Action: "s3:GetObject" }),
    "GetAuthorizationToken in another case": policy({ Action: "ecr:getauthorizationtoken" }),
    "a NotResource element": policy({ NotResource: "*" }),
    "a principal that is a number": policy({ Principal: { AWS: 111122223333 } }),
    "a * as an account's ARN": policy({ Principal: { AWS: "arn:aws:iam::123456789012:*" } }),
  };
  for (const [what, text] of Object.entries(invalid)) {
    it(`rejects ${what}`, () => expect(readRepositoryPolicy(text)).to.equal(undefined));
  }
});

describe("replacePrincipal", () => {
  it("replaces the whole principal and nothing that only contains its text", () => {
    const longer = `${ARN}-2`;
    const condition = { Condition: { ArnEquals: { "aws:PrincipalArn": ARN } } };
    const before = policy({ Principal: { AWS: [ARN, longer] }, ...condition });
    const after = policy({ Principal: { AWS: ["AIDA1", longer] }, ...condition });
    expect(JSON.parse(replacePrincipal(before, ARN, "AIDA1"))).to.deep.equal(JSON.parse(after));
  });

  it("does not change a policy that does not name it", () => {
    for (const text of [policy({ Principal: "*" }), policy({ Principal: { Service: "x.y" } })]) {
      expect(replacePrincipal(text, ARN, "AIDA1")).to.equal(text);
    }
    expect(replacePrincipal("not JSON", ARN, "AIDA1")).to.equal("not JSON");
  });
});
