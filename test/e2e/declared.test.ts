/**
 * Proves, with the real engine, that a vendor's files become exactly the users, keys, groups and
 * policies that docs/architecture.md ("What is declared in AWS") describes, read back with the AWS SDK;
 * that a second run and a refresh
 * change nothing; and that everything can be taken down. Expected values are written out by hand.
 * Does not prove what AWS makes of the policies: the sandbox's emulator judges in their place.
 */
import { expect } from "chai";
import { ListAttachedGroupPoliciesCommand } from "@aws-sdk/client-iam";
import { deploy, expectDone, expectNothingToDo } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const ARN = "arn:aws:iam::123456789012:user/customers/";

/** What is expected of each customer's user, beside what all users share. */
const USERS: Record<string, { tags?: Record<string, string>; keys: string[]; deny?: object }> = {
  "acme-robotics": { tags: { "pull:telemetry-sdk": "allow" }, keys: ["Active"] },
  globex: {
    keys: ["Active"],
    deny: { DateGreaterThanEquals: { "aws:CurrentTime": "2027-07-01T00:00:00Z" } },
  },
  initech: {
    keys: ["Inactive"],
    deny: { DateGreaterThanEquals: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } },
  },
  "massive-dynamic": { tags: { "pull:telemetry-sdk": "allow" }, keys: ["Active", "Active"] },
  soylent: { tags: { "pull:telemetry-sdk": "allow" }, keys: ["Active", "Inactive"] },
  umbrella: { keys: ["Inactive"], deny: {} },
  vandelay: {
    tags: { "ecr-customers:source": "hubspot/8812" },
    keys: ["Active"],
    deny: { DateGreaterThanEquals: { "aws:CurrentTime": "2028-01-01T00:00:00Z" } },
  },
};

const PRINCIPALS: Record<string, string[] | undefined> = {
  dashboard: [`${ARN}massive-dynamic`, "arn:aws:iam::210987654321:root"],
  "edge-agent": [
    ...["acme-robotics", "globex", "massive-dynamic", "vandelay"].map((id) => ARN + id),
    "arn:aws:iam::210987654321:root",
  ],
  orchestrator: ["acme-robotics", "massive-dynamic", "vandelay"].map((id) => ARN + id),
  "telemetry-sdk": undefined,
};

describe("a vendor's customers", function () {
  const running = withSandbox(this);

  it("become users with exactly their tags, group, keys and end", async () => {
    running.project.useVendorCustomers();
    await deploy(running);
    const users = await running.sandbox.view.users();
    expect(users.map(({ name }) => name)).to.deep.equal(Object.keys(USERS));
    for (const user of users) {
      const wanted = USERS[user.name];
      expect(user, user.name).to.deep.include({
        path: "/customers/",
        arn: ARN + user.name,
        tags: { "ecr-customers:customer": user.name, ...wanted?.tags },
        groups: ["ecr-customers"],
        attachedPolicies: [],
        hasLoginProfile: false,
      });
      expect(Object.values(user.keys).sort(), user.name).to.deep.equal(wanted?.keys);
      expect(user.inlinePolicies, user.name).to.deep.equal(denyPolicies(wanted?.deny));
    }
  });

  it("become one policy for each repository, with exactly the expected text", async () => {
    expect(Object.keys(PRINCIPALS)).to.have.length(4);
    for (const [repository, principals] of Object.entries(PRINCIPALS)) {
      const policy = (await running.sandbox.view.repositoryPolicy(repository)) as { Id?: string };
      if (principals === undefined) {
        expect(policy, repository).to.equal(undefined);
        continue;
      }
      expect(policy?.Id, repository).to.match(/^ecr-customers\/ecr-customers\/dev\/[0-9a-f]{12}$/);
      expect({ ...policy, Id: "" }, repository).to.deep.equal({
        Version: "2012-10-17",
        Id: "",
        Statement: [
          {
            Sid: "Pull",
            Effect: "Allow",
            Principal: { AWS: principals },
            Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          },
        ],
      });
    }
  });

  it("share one group with the login policy and the one for tagged repositories", async () => {
    const { AttachedPolicies } = await running.sandbox.view.iam.send(
      new ListAttachedGroupPoliciesCommand({ GroupName: "ecr-customers" }),
    );
    expect((AttachedPolicies ?? []).map(({ PolicyArn }) => PolicyArn).sort()).to.deep.equal([
      "arn:aws:iam::123456789012:policy/AmazonEC2ContainerRegistryLogin",
      "arn:aws:iam::123456789012:policy/ecr-customers-tagged-pull",
    ]);
  });

  it("leave nothing to do for a second run, nor after a refresh", async () => {
    await expectNothingToDo(running);
    expectDone(await running.project.refresh());
    await expectNothingToDo(running);
  });

  it("leave stack outputs without any secret", async () => {
    const outputs = await running.project.outputs();
    expect(Object.keys(outputs ?? {}).sort()).to.deep.equal(["customers", "repositories"]);
    expect((outputs?.["customers"] as Record<string, unknown>)["globex"]).to.deep.equal({
      repositories: ["edge-agent"],
      status: "active",
      expires: "2027-06-30",
      company: "name Globex Corporation",
      keys: { 1: "active" },
    });
    expect(outputs?.["repositories"]).to.deep.include({
      "telemetry-sdk": { mode: "tagged", regions: ["eu-central-1"], size: 0, customers: 3 },
    });
  });

  it("are gone after a destroy", async () => {
    expectDone(await running.project.destroy());
    expect(await running.sandbox.view.users()).to.deep.equal([]);
    expect(await running.sandbox.view.repositoryPolicy("edge-agent")).to.equal(undefined);
  });
});

function denyPolicies(condition: object | undefined): object {
  if (condition === undefined) return {};
  const statement = { Sid: "End", Effect: "Deny", Action: "ecr:*", Resource: "*" };
  const conditions = Object.keys(condition).length === 0 ? {} : { Condition: condition };
  return {
    "ecr-customers-end": {
      Version: "2012-10-17",
      Statement: [{ ...statement, ...conditions }],
    },
  };
}
