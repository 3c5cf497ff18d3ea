/**
 * Proves that the AWS settings of a stack reach what the program declares: the provider gets the profile and
 * the roles to assume, and whatever has tags gets the default tags. Uses the SDK's mocks, no engine.
 */
import { expect } from "chai";
import { declareStack } from "../../src/stack/declareStack";
import { customer, TODAY } from "../access/support";
import { stackConfig } from "../customers/support";
import { declaredBy, type Declared } from "../../scripts/release/declaredBy";

const ROLE = "arn:aws:iam::123456789012:role/deploy";
const config = stackConfig({
  repositories: new Map([
    ["made", { create: true, grants: "named", regions: ["eu-central-1"] }],
    ["sdk", { create: false, grants: "tagged", regions: ["eu-central-1"] }],
  ]),
  identity: { profile: "prod", assumeRoles: [{ roleArn: ROLE, externalId: "vendor" }] },
  defaultTags: { team: "platform" },
});

describe("the AWS settings of a stack", function () {
  this.timeout(60_000);
  let declared: Declared[] = [];
  const inputsOf = (type: string) =>
    declared.filter((one) => one.type === type).map(({ inputs }) => inputs);

  before(async () => {
    const customers = [customer("acme", { repositories: ["made", "sdk"] })];
    declared = await declaredBy(
      () => declareStack({ config, customers, today: TODAY }),
      config.account,
    );
  });

  it("reach the provider of all its resources", () => {
    const [provider] = inputsOf("pulumi:providers:aws");
    expect(provider).to.deep.include({ profile: "prod", region: "eu-central-1" });
    expect(JSON.parse(String(provider?.["allowedAccountIds"]))).to.deep.equal([config.account]);
    expect(JSON.parse(String(provider?.["assumeRoles"]))).to.deep.equal([
      { sessionName: "ecr-customers", roleArn: ROLE, externalId: "vendor" },
    ]);
  });

  it("tag users beside the tags that are grants", () => {
    expect(inputsOf("aws:iam/user:User").map(({ tags }) => tags)).to.deep.equal([
      { team: "platform", "ecr-customers:customer": "acme", "pull:sdk": "allow" },
    ]);
  });

  it("tag policies and the repositories that the stack creates", () => {
    expect(inputsOf("aws:iam/policy:Policy").map(({ tags }) => tags)).to.deep.equal([
      { team: "platform" },
      { team: "platform" },
    ]);
    expect(inputsOf("awsx:ecr:Repository").map(({ tags }) => tags)).to.deep.equal([
      { team: "platform" },
    ]);
  });
});
