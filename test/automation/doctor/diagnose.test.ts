/**
 * Proves that the doctor finds each way in which AWS can differ from a customer's file, and reports
 * nothing that is as declared. What AWS holds is written by hand; test/e2e/endOfAccess.test.ts reads it.
 */
import { expect } from "chai";
import { diagnose, expectation } from "../../../automation/doctor/diagnose";
import type { Finding } from "../../../automation/doctor/finding";
import type { DoctorView } from "../../../automation/doctor/view";
import type { UserView } from "../../../automation/aws/client";
import { DENY_POLICY_NAME, denyPolicy } from "../../../src/access/denyPolicy";
import { repositoryPolicy } from "../../../src/access/repositoryPolicy";
import type { Customer } from "../../../src/customers/model";
import { catalogue, customer, TODAY } from "../../access/support";
import { stackConfig } from "../../customers/support";

const NOW = new Date(`${TODAY}T12:00:00Z`);
const ARN = "arn:aws:iam::123456789012:user/customers/acme";
const OTHER = "arn:aws:iam::123456789012:user/customers/globex";
const config = stackConfig({
  repositories: catalogue({ "edge-agent": "named", orchestrator: "named", sdk: "tagged" }),
});
const ACME = customer("acme", { repositories: ["edge-agent", "sdk"] });
const USERS = [
  { name: "acme", uniqueId: "AIDAACME" },
  { name: "globex", uniqueId: "AIDAGLOBEX" },
];
const DENY = { [DENY_POLICY_NAME]: denyPolicy({ status: "suspended" }) };

const USER: UserView = {
  name: "acme",
  path: "/customers/",
  uniqueId: "AIDAACME",
  arn: ARN,
  tags: { "ecr-customers:customer": "acme", "pull:sdk": "allow" },
  groups: ["ecr-customers"],
  attachedPolicies: [],
  inlinePolicies: {},
  keys: { AKIA1: "Active" },
  hasLoginProfile: false,
};

function policy(...principals: { arn: string; uniqueId?: string }[]) {
  return repositoryPolicy(principals, { project: "ecr-customers", stack: "dev" });
}

const BOTH = policy({ arn: ARN, uniqueId: "AIDAACME" }, { arn: OTHER, uniqueId: "AIDAGLOBEX" });

interface Held {
  user?: Partial<UserView> | null;
  keyStatus?: string;
  groupPolicies?: string[];
  edgeAgent?: unknown;
  orchestrator?: unknown;
}

function held({ user = {}, keyStatus = "Active", ...more }: Held = {}): DoctorView {
  const region = "eu-central-1";
  const lastUse = { at: new Date("2026-11-20T00:00:00Z"), service: "ecr", region };
  return {
    ...(user === null ? {} : { user: { ...USER, ...user } }),
    keys: [{ id: "AKIA1", status: keyStatus, createdAt: new Date("2026-01-01"), lastUse }],
    groupPolicies: more.groupPolicies ?? [
      "AmazonEC2ContainerRegistryLogin",
      "ecr-customers-tagged-pull",
    ],
    policies: [
      { repository: "edge-agent", region, document: "edgeAgent" in more ? more.edgeAgent : BOTH },
      { repository: "orchestrator", region, document: more.orchestrator },
      { repository: "sdk", region, document: undefined },
    ],
    users: USERS,
  };
}

function findings(view: DoctorView, one: Customer = ACME): Finding[] {
  return diagnose({ customer: one, config, today: TODAY }, view, NOW);
}

function wrong(view: DoctorView, one: Customer = ACME): string[] {
  return findings(view, one)
    .filter(({ level }) => level !== "good")
    .map(({ level, message, fix }) => `${level}: ${message} | ${fix}`);
}

describe("the doctor", () => {
  it("reports nothing when AWS holds what the files say", () => {
    expect(wrong(held())).to.deep.equal([]);
    expect(findings(held()).map(({ message }) => message)).to.deep.equal([
      `user acme exists, ${ARN}`,
      "it is in the group ecr-customers, which may log in",
      "key 1 (assumed from its age) is AKIA1, Active, created on 2026-01-01, last used on 2026-11-20 for ecr",
      "the policy of edge-agent in eu-central-1 names it",
    ]);
    const suspended = customer("acme", { status: "suspended" });
    const ended = {
      user: { inlinePolicies: DENY, tags: { "ecr-customers:customer": "acme" } },
      keyStatus: "Inactive",
      edgeAgent: undefined,
    };
    expect(wrong(held(ended), suspended)).to.deep.equal([]);
    expect(findings(held(ended), suspended).map(({ message }) => message)).to.include(
      "it is suspended, and AWS denies it everything in ECR",
    );
  });

  const cases: [what: string, view: DoctorView, said: RegExp, one?: Customer][] = [
    ["a missing user", held({ user: null }), /^bad: AWS has no user acme/],
    ["a user under another path", held({ user: { path: "/" } }), /^bad: .*its ARN is not the one/],
    ["a user out of its group", held({ user: { groups: [] } }), /^bad: .*cannot log in/],
    [
      "a group without its policy",
      held({ groupPolicies: [] }),
      /lacks AmazonEC2ContainerRegistryLogin and ecr-/,
    ],
    [
      "a leaked key",
      held({ user: { attachedPolicies: ["AWSCompromisedKeyQuarantineV3"] } }),
      /^bad: A KEY HAS LEAKED.*revoke acme --now/,
    ],
    [
      "a policy attached by hand",
      held({ user: { attachedPolicies: ["Admin"] } }),
      /^warning: policy Admin/,
    ],
    [
      "an inline policy",
      held({ user: { inlinePolicies: { x: {} } } }),
      /^warning: inline policy x/,
    ],
    ["a console password", held({ user: { hasLoginProfile: true } }), /^warning: .*password/],
    [
      "a missing pull tag",
      held({ user: { tags: { "ecr-customers:customer": "acme" } } }),
      /^bad: tag pull:sdk is missing/,
    ],
    [
      "an undeclared pull tag",
      held({ user: { tags: { ...USER.tags, "pull:x": "allow" } } }),
      /^bad: the user has the tag pull:x/,
    ],
    [
      "a deny that no file declares",
      held({ user: { inlinePolicies: DENY } }),
      /^bad: AWS denies it.*delete-user-policy/,
    ],
    ["a missing deny", held(), /^bad: AWS does not deny/, { ...ACME, expires: "2027-01-01" }],
    [
      "a different deny",
      held({ user: { inlinePolicies: DENY } }),
      /^bad: AWS does not deny it what/,
      { ...ACME, expires: "2027-01-01" },
    ],
    ["no active key", held({ keyStatus: "Inactive" }), /bad: none of its keys is active/],
    [
      "an active key after the end",
      held({
        user: { inlinePolicies: DENY, tags: { "ecr-customers:customer": "acme" } },
        edgeAgent: undefined,
      }),
      /bad: a key is active.*although/,
      { ...ACME, status: "suspended" },
    ],
    [
      "a repository without a policy",
      held({ edgeAgent: undefined }),
      /^bad: the policy of edge-agent in eu-central-1 does not name it/,
    ],
    [
      "a policy without it",
      held({ edgeAgent: policy({ arn: OTHER }) }),
      /^bad: the policy of edge-agent/,
    ],
    [
      "a policy that names a deleted user",
      held({ edgeAgent: policy({ arn: "AIDAOLD" }) }),
      /names deleted users \(AIDAOLD\)/,
    ],
    [
      "a re-created user",
      held({
        edgeAgent: policy(
          { arn: ARN, uniqueId: "AIDAOLD" },
          { arn: OTHER, uniqueId: "AIDAGLOBEX" },
        ),
      }),
      /^bad: .*deleted and re-created/,
    ],
    [
      "a policy that should not name it",
      held({ orchestrator: policy({ arn: ARN }) }),
      /^bad: the policy of orchestrator in eu-central-1 names it, but/,
    ],
    [
      "a policy that names it by its unique id",
      held({ orchestrator: policy({ arn: "AIDAACME" }) }),
      /^bad: .*by its unique id/,
    ],
  ];
  for (const [what, view, said, one] of cases) {
    it(`reports ${what}, and says what to do`, () => {
      const told = wrong(view, one);
      expect(
        told.filter((line) => said.test(line)),
        told.join("\n"),
      ).to.have.length(1);
      for (const line of told) expect(line).to.match(/\| .+\.$/s);
    });
  }

  it("checks only policies for a customer with its own AWS account", () => {
    const own = customer("acme", { awsAccount: "210987654321", keys: [] });
    const root = policy(
      { arn: "arn:aws:iam::210987654321:root" },
      { arn: OTHER, uniqueId: "AIDAGLOBEX" },
    );
    const view = { keys: [], users: [], policies: held({ edgeAgent: root }).policies };
    expect(wrong(view, own)).to.deep.equal([]);
    expect(wrong({ ...view, policies: held().policies }, own)).to.have.length(1);
  });

  it("says what the customer may pull according to the files", () => {
    const say = (one: Customer) => expectation({ customer: one, config, today: TODAY });
    expect(say(ACME)).to.equal("should pull edge-agent in eu-central-1, sdk in eu-central-1");
    expect(say({ ...ACME, expires: "2026-11-22" })).to.equal(
      "should pull nothing: its last day was 2026-11-22",
    );
    expect(say({ ...ACME, status: "suspended" })).to.equal("should pull nothing: it is suspended");
  });
});
