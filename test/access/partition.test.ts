/**
 * Proves that in the partitions `aws-cn` and `aws-us-gov` every ARN and host name that the program writes is that
 * partition's, and that the offline proof holds there. AWS's own endpoints are the SDK's and the provider's matter.
 */
import { expect } from "chai";
import { bundleFacts } from "../../automation/handover/facts";
import { readme } from "../../automation/handover/readme";
import { iamArn } from "../../src/access/arns";
import { callerOf } from "../../src/access/evaluate";
import {
  domainOf,
  partitionOf,
  registryHost,
  unsupportedPartition,
} from "../../src/access/partition";
import { proveAccess } from "../../src/access/prove";
import { stackPolicies } from "../../src/access/stackPolicies";
import { principalWords } from "../../src/access/statementWords";
import { stackConfig } from "../customers/support";
import { CUSTOMERS, SETTINGS } from "./proofSupport";
import { customer, TODAY } from "./support";

const PARTITIONS: [partition: string, regions: [string, string], domain: string][] = [
  ["aws", ["eu-central-1", "us-east-1"], "amazonaws.com"],
  ["aws-cn", ["cn-north-1", "cn-northwest-1"], "amazonaws.com.cn"],
  ["aws-us-gov", ["us-gov-west-1", "us-gov-east-1"], "amazonaws.com"],
];

/** The settings of the proof's tests, with all their regions in another partition. */
function settingsIn([first, second]: [string, string]) {
  const repositories = [...SETTINGS.repositories].map(([name, its]) => {
    const regions = its.regions.length > 1 ? [first, second].sort() : [first];
    return [name, { ...its, regions }] as const;
  });
  return stackConfig({ ...SETTINGS, region: first, repositories: new Map(repositories) });
}

/** The partitions of all ARNs in a text. */
function partitionsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, name = ""]) => name))];
}

for (const [partition, regions, domain] of PARTITIONS) {
  describe(`in the partition ${partition}`, () => {
    const settings = settingsIn(regions);
    const policies = stackPolicies(CUSTOMERS, settings, TODAY);

    it("all documents name its ARNs only", () => {
      expect(policies.repositories).not.to.deep.equal([]);
      expect(partitionsIn(JSON.stringify(policies))).to.deep.equal([partition]);
    });

    it("the documents let every customer do what its file says, and nothing else", () => {
      const { differences, decisions } = proveAccess(policies, CUSTOMERS, settings, TODAY);
      expect(differences).to.deep.equal([]);
      expect(decisions.Allowed).to.be.above(0);
    });

    it("a principal of another partition is found by the proof", () => {
      const other = partition === "aws" ? "aws-cn" : "aws";
      const text = JSON.stringify(policies).replace(`arn:${partition}:iam`, `arn:${other}:iam`);
      const changed = JSON.parse(text) as typeof policies;
      expect(proveAccess(changed, CUSTOMERS, settings, TODAY).differences).not.to.deep.equal([]);
    });

    it("a bundle names its hosts, and the policy of an account's administrator its ARNs", () => {
      const { account } = settings;
      const acme = customer("acme", { repositories: [...settings.repositories.keys()] });
      const facts = bundleFacts(acme, settings, {
        generation: 1,
        material: { keyId: "AKIA", credential: { kind: "plain", secret: "x" } } as never,
      });
      expect(facts.registries.map(({ host }) => host)).to.deep.equal(
        [...regions].sort().map((region) => `${account}.dkr.ecr.${region}.${domain}`),
      );
      expect(readme(facts)).to.contain(`\`*.s3.<region>.${domain}\``);
      const own = bundleFacts({ ...acme, awsAccount: "210987654321" }, settings);
      expect(partitionsIn(JSON.stringify(own))).to.deep.equal([partition]);
    });

    it("roles and callers are read in it", () => {
      const arn = iamArn(settings, "user/customers/acme");
      expect(callerOf(arn)).to.deep.equal({ kind: "user", account: settings.account, arn });
      const root = `arn:${partition}:iam::999988887777:root`;
      expect(principalWords({ kind: "AWS", value: root }, settings)).to.equal(
        "AWS account 999988887777",
      );
    });
  });
}

describe("a region's partition", () => {
  it("is known from its name", () => {
    expect(["eu-central-1", "cn-north-1", "us-gov-west-1"].map(partitionOf)).to.deep.equal([
      "aws",
      "aws-cn",
      "aws-us-gov",
    ]);
    expect(domainOf("us-gov-west-1")).to.equal("amazonaws.com");
    expect(registryHost("123456789012", "cn-north-1")).to.equal(
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
    );
  });

  it("is supported or not", () => {
    const regions = ["eu-west-1", "cn-north-1", "us-gov-east-1", "us-iso-east-1", "eusc-de-east-1"];
    expect(regions.map(unsupportedPartition)).to.deep.equal([
      undefined,
      undefined,
      undefined,
      "aws-iso",
      "aws-eusc",
    ]);
  });
});
