/**
 * Proves that an input is adjusted to what AWS holds with no more answers of the engine than needed, and that the limits
 * apply to what AWS would lose: `preview` and `up` are both adjusted so. What is adjusted: test/automation/plan/held.test.ts
 * and emergencies.test.ts.
 */
import { expect } from "chai";
import { adjusted } from "../../../automation/update/adjusting";
import type { Planned } from "../../../automation/update/planning";
import { isExcluded } from "../../../automation/plan/held";
import { userArn } from "../../../src/access/arns";
import { repositoryPolicy } from "../../../src/access/repositoryPolicy";
import type { StackInput } from "../../../src/project";
import { ACCOUNT, customer } from "../../access/support";
import {
  KEY,
  planBetween,
  previewOf,
  recordedBy,
  REPOSITORY_POLICY,
  resourceChange,
  stackInput,
  USER,
} from "../plan/support";

const HOME = { account: ACCOUNT, region: "eu-central-1" };
const PLACE = "edge-agent@eu-central-1";
const input = stackInput([customer("acme"), customer("globex")]);
const policyOf = (...ids: string[]) =>
  repositoryPolicy(
    ids.map((id) => ({ arn: userArn(HOME, id) })),
    input.config,
  );
const policy = {
  ...resourceChange("update", REPOSITORY_POLICY, PLACE),
  policyBefore: JSON.stringify(policyOf("acme", "globex")),
};
const key = resourceChange("update", KEY, "acme-1");
const EXCLUDE = [`**::${KEY}::acme-1`];

/** A plan of these changes, while AWS names only acme in the policy. */
function plannedOf(...changes: Parameters<typeof previewOf>): Planned {
  return {
    plan: planBetween(input, input, previewOf(...changes)),
    baseline: recordedBy(input),
    replacedUsers: [],
    present: [{ repository: "edge-agent", region: HOME.region, document: policyOf("acme") }],
  };
}

interface Case {
  first: Planned;
  exclude?: string[];
  /** Names of the users in AWS. */
  users?: string[];
}

/** What the engine was asked for after its first answer, and the adjusted plan. */
async function adjust({ first, exclude = [], users = ["acme", "globex"] }: Case) {
  const asked: StackInput[] = [];
  const nothing = async () => undefined;
  const result = await adjusted(
    first,
    input,
    async (changed) => {
      asked.push(changed);
      return plannedOf(policy);
    },
    {
      aws: {
        userPolicy: nothing,
        rolePolicy: nothing,
        observe: () => Promise.reject(new Error("nothing is adopted")),
        listUsers: async () => users.map((name) => ({ name, path: "/customers/" })),
      } as never,
      deployment: { resources: async () => [] },
    },
    { refresh: true, keepsFound: true, restores: false, exclude, now: new Date(0) },
  );
  return { asked, ...result };
}

describe("an adjusted input", () => {
  it("needs no further answer of the engine when there is nothing to adjust", async () => {
    const { asked } = await adjust({ first: plannedOf(key) });
    expect(asked).to.deep.equal([]);
  });

  it("needs one for what is excluded", async () => {
    const { asked, planned } = await adjust({ first: plannedOf(key), exclude: EXCLUDE });
    expect(asked).to.deep.equal([input]);
    expect(planned.plan.resources).to.deep.equal([policy]);
  });

  it("needs one for what is excluded and for whom a policy leaves out, together", async () => {
    const { asked } = await adjust({ first: plannedOf(key, policy), exclude: EXCLUDE });
    const withheld = new Map([[PLACE, new Set(["globex"])]]);
    expect(asked).to.deep.equal([{ ...input, withheld }]);
  });

  it("leaves no one out of a policy that is excluded itself", async () => {
    const { asked } = await adjust({
      first: plannedOf(policy),
      exclude: [`**::${REPOSITORY_POLICY}::${PLACE}`],
    });
    expect(asked).to.deep.equal([input]);
  });

  it("counts the replacement of a user that AWS has, and of no other", async () => {
    const first = plannedOf(
      resourceChange("replace", USER, "acme"),
      resourceChange("replace", USER, "globex"),
    );
    const { planned } = await adjust({ first, users: ["globex"] });
    const { replacements } = planned.plan.facts;
    expect(replacements.map(({ text }) => text)).to.deep.equal([
      "user of globex would be replaced",
    ]);
  });
});

describe("a resource", () => {
  const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
  const urn = (type: string, name: string) => `urn:pulumi:dev::ecr-customers::${type}::${name}`;

  it("is excluded by its type and its name, or by what its name begins with", () => {
    expect(isExcluded(urn(KEY, "acme-1"), EXCLUDE)).to.equal(true);
    expect(isExcluded(urn(attachment, "acme@login"), [`**::${attachment}::acme@*`])).to.equal(true);
    expect(
      isExcluded(urn("aws:iam/policy:Policy", "login"), ["**::aws:iam/policy:Policy::*"]),
    ).to.equal(true);
  });

  it("is not excluded by another type or name", () => {
    expect(isExcluded(urn(KEY, "acme-12"), EXCLUDE)).to.equal(false);
    expect(isExcluded(urn(USER, "acme-1"), EXCLUDE)).to.equal(false);
    expect(isExcluded(urn(attachment, "acme2@login"), [`**::${attachment}::acme@*`])).to.equal(
      false,
    );
    expect(isExcluded(urn(KEY, "acme-1"), [])).to.equal(false);
  });
});
