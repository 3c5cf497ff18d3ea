/**
 * Shows which repository policies a plain `pulumi up` refuses to write: those with statements that no file
 * declares, and those of another stack. That the program asks before it declares anything is shown end to end.
 */
import { expect } from "chai";
import { policyId } from "../../src/access/policyId";
import { stackPolicies } from "../../src/access/stackPolicies";
import { loadProject, type StackInput } from "../../src/project";
import { regionsIn } from "../../src/recordedRepositories";
import { policiesOfOthers } from "../../src/stack/undeclaredStatements";
import { TODAY } from "../access/support";
import { projectFolder } from "../automation/support/project";

const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const PARTNER = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::999988887777:root" },
  Action: PULL,
};
const byHand = { Version: "2008-10-17", Statement: [PARTNER] };
const DECLARE = "Declare them: `ecr-customers keep edge-agent`.";

describe("a plain `pulumi up`", () => {
  // Only edge-agent has a customer: the stack writes no policy of orchestrator.
  const directory = projectFolder({ acme: "name: Acme\nrepositories: [edge-agent]\n" });

  function input(): StackInput {
    const { input: found } = loadProject(directory, "dev", TODAY);
    if (found === undefined) throw new Error("the project has problems");
    return found;
  }

  /** The policy of edge-agent as this stack writes it. */
  function own() {
    const { customers, config } = input();
    const [written] = stackPolicies(customers, config, TODAY).repositories;
    if (written === undefined) throw new Error("no policy is written");
    return written.document;
  }

  const refused = (policies: Readonly<Record<string, unknown>>) =>
    policiesOfOthers(input(), (repository) => Promise.resolve(policies[repository]));

  it("writes where there is no policy, and over its own one", async () => {
    expect(await refused({})).to.deep.equal([]);
    expect(await refused({ "edge-agent": own() })).to.deep.equal([]);
  });

  it("refuses a policy made by hand, and names who would lose what", async () => {
    const [sentence, ...more] = await refused({ "edge-agent": byHand });
    expect(more).to.deep.equal([]);
    expect(sentence).to.equal(
      `the policy of edge-agent in eu-central-1 has statements that no file declares: AWS account 999988887777 (allows pull). ${DECLARE} Or remove them: \`ecr-customers up --allow-foreign-revocations 1\`.`,
    );
  });

  it("refuses its own policy once others have added a statement", async () => {
    const document = own();
    const added = { ...document, Statement: [...document.Statement, PARTNER] };
    const [sentence = "", ...more] = await refused({ "edge-agent": added });
    expect(more).to.deep.equal([]);
    expect(sentence).to.match(/has statements that no file declares: AWS account 999988887777 /);
  });

  it("refuses the policy of another stack, even if nothing of others is in it", async () => {
    const Id = policyId({ project: "ecr-customers", stack: "prod" }, "0".repeat(12));
    const [sentence, ...more] = await refused({ "edge-agent": { ...own(), Id } });
    expect(more).to.deep.equal([]);
    expect(sentence).to.equal(
      "the policy of edge-agent in eu-central-1 belongs to stack prod of project ecr-customers. Only if that stack no longer exists: `ecr-customers up --take-over edge-agent`.",
    );
  });

  it("ignores policies that it neither writes nor has written", async () => {
    const Id = policyId({ project: "ecr-customers", stack: "prod" }, "0".repeat(12));
    expect(await refused({ orchestrator: byHand })).to.deep.equal([]);
    expect(await refused({ orchestrator: { ...byHand, Id } })).to.deep.equal([]);
  });

  it("refuses to delete a policy of its own in which others have a statement", async () => {
    const Id = policyId({ project: "ecr-customers", stack: "dev" }, "0".repeat(12));
    const [sentence = ""] = await refused({ orchestrator: { ...byHand, Id } });
    expect(sentence).to.match(/^the policy of orchestrator .*AWS account 999988887777 /);
  });

  it("refuses to delete the policy of a repository that has left the settings while others have a statement in it", async () => {
    const Id = policyId({ project: "ecr-customers", stack: "dev" }, "0".repeat(12));
    const recorded = regionsIn({ gone: { regions: ["eu-central-1"] }, old: "unknown" });
    const held = (document: unknown) =>
      policiesOfOthers(
        input(),
        (repository) => Promise.resolve(repository === "gone" ? document : undefined),
        recorded,
      );
    expect(await held({ ...byHand, Id })).to.deep.equal([
      "gone is no longer in the settings, and its policy in eu-central-1 has statements of others, which would be deleted: AWS account 999988887777 (allows pull). `ecr-customers up` keeps them.",
    ]);
    expect(await held({ ...own(), Id })).to.deep.equal([]);
    expect(await held(byHand)).to.deep.equal([]);
    expect([...regionsIn(undefined)]).to.deep.equal([]);
  });
});
