/**
 * Proves that what is changed in AWS behind our back is seen by a refresh and repaired by
 * the next update. Does not prove that a refresh is run: that is the nightly CI's job.
 */
import {
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  ListAccessKeysCommand,
  RemoveUserFromGroupCommand,
} from "@aws-sdk/client-iam";
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { deploy, expectDone } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

describe("a change behind our back", function () {
  const running = withSandbox(this);

  before(async () => {
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    await deploy(running);
  });

  it("to a policy is repaired", async () => {
    const { view } = running.sandbox;
    const policy = (await view.repositoryPolicy("edge-agent")) as object;
    const everyone = { Sid: "Pull", Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" };
    await view.ecr.send(
      new SetRepositoryPolicyCommand({
        repositoryName: "edge-agent",
        policyText: JSON.stringify({ ...policy, Statement: [everyone] }),
      }),
    );
    expectDone(await running.project.refresh());
    await deploy(running);
    expect(await view.repositoryPolicy("edge-agent")).to.deep.equal(policy);
  });

  it("that deletes a user is repaired: the user is re-created and the policy names the new one", async () => {
    const { view } = running.sandbox;
    const old = await view.user("acme");
    const UserName = "acme";
    const { AccessKeyMetadata } = await view.iam.send(new ListAccessKeysCommand({ UserName }));
    for (const { AccessKeyId } of AccessKeyMetadata ?? []) {
      await view.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    }
    await view.iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: "ecr-customers" }));
    await view.iam.send(new DeleteUserCommand({ UserName }));

    expectDone(await running.project.refresh());
    await deploy(running);
    const fresh = await view.user("acme");
    expect(fresh.uniqueId).not.to.equal(old.uniqueId);
    expect(Object.values(fresh.keys)).to.deep.equal(["Active"]);
  });
});
