/**
 * Proves that each edit of a customer's file does what README's table says, and no more: the
 * identities that stay are compared before and after, and every edit is followed by a run that has
 * nothing to do. One project lives through all of it, in order.
 */
import { expect } from "chai";
import type { UserView } from "../../automation/aws/views";
import { changesOf, deploy, expectDone, expectNothingToDo } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const GLOBEX = "name: Globex\nrepositories: [edge-agent]\n";

function acme(lines = "", repositories = "edge-agent", name = "Acme"): string {
  return `name: ${name}\nrepositories: [${repositories}]\n${lines}`;
}

describe("an edit of a customer's file", function () {
  const running = withSandbox(this);
  let previous: UserView;
  let after: UserView;

  /** Deploys `text` as acme's file and looks at its user on both sides of it. */
  async function edit(text: string): Promise<void> {
    previous = await running.sandbox.view.user("acme");
    const other = await running.sandbox.view.user("globex");
    running.project.write("acme", text);
    await deploy(running);
    after = await running.sandbox.view.user("acme");
    expect(await running.sandbox.view.user("globex")).to.deep.equal(other);
    expect(after.uniqueId).to.equal(previous.uniqueId);
    await expectNothingToDo(running);
  }

  async function pullers(repository: string): Promise<number> {
    const policy = (await running.sandbox.view.repositoryPolicy(repository)) as
      { Statement: { Principal: { AWS: string[] } }[] } | undefined;
    return policy?.Statement[0]?.Principal.AWS.length ?? 0;
  }

  before(async () => {
    running.project.write("acme", acme());
    running.project.write("globex", GLOBEX);
    await deploy(running);
  });

  it("adds a repository, and removes it again, its policy with it", async () => {
    await edit(acme("", "edge-agent, orchestrator"));
    expect(await pullers("orchestrator")).to.equal(1);
    await edit(acme());
    expect(await running.sandbox.view.repositoryPolicy("orchestrator")).to.equal(undefined);
    expect(after.keys).to.deep.equal(previous.keys);
  });

  it("suspends, and resumes with the same key", async () => {
    await edit(acme("status: suspended\n"));
    const [key = ""] = Object.keys(previous.keys);
    expect(after.keys).to.deep.equal({ [key]: "Inactive" });
    expect(Object.keys(after.inlinePolicies)).to.deep.equal(["ecr-customers-end"]);
    expect(await pullers("edge-agent")).to.equal(1);
    await edit(acme());
    expect(after.keys).to.deep.equal({ [key]: "Active" });
    expect(after.inlinePolicies).to.deep.equal({});
    expect(await pullers("edge-agent")).to.equal(2);
  });

  it("sets an end date, moves it, lets it pass, and deletes it", async () => {
    await edit(acme("expires: 2027-01-31\n"));
    expect(JSON.stringify(after.inlinePolicies)).to.contain("2027-02-01T00:00:00Z");
    await edit(acme("expires: 2027-02-28\n"));
    expect(JSON.stringify(after.inlinePolicies)).to.contain("2027-03-01T00:00:00Z");
    const { today } = running.project;
    running.project.today = "2027-03-01";
    await edit(acme("expires: 2027-02-28\n"));
    expect(Object.values(after.keys)).to.deep.equal(["Inactive"]);
    expect(after.inlinePolicies).to.deep.equal(previous.inlinePolicies);
    expect(await pullers("edge-agent")).to.equal(1);
    running.project.today = today;
    await edit(acme());
    expect(Object.values(after.keys)).to.deep.equal(["Active"]);
  });

  it("adds a second key, makes the first one inactive, and deletes it", async () => {
    const first = Object.keys((await running.sandbox.view.user("acme")).keys);
    await edit(acme("keys: { 1: active, 2: active }\n"));
    expect(Object.values(after.keys)).to.deep.equal(["Active", "Active"]);
    expect(Object.keys(after.keys)).to.include.members(first);
    await edit(acme("keys: { 1: inactive, 2: active }\n"));
    expect(after.keys[first[0] ?? ""]).to.equal("Inactive");
    await edit(acme("keys: { 2: active }\n"));
    expect(Object.keys(after.keys)).to.have.length(1);
    expect(Object.keys(after.keys)).not.to.include.members(first);
  });

  it("changes a display name without touching anything in AWS", async () => {
    const writes = running.sandbox.front.journal.writes();
    await edit(acme("keys: { 2: active }\n", "edge-agent", "Acme Robotics"));
    expect(after).to.deep.equal(previous);
    expect(running.sandbox.front.journal.writes() - writes).to.equal(0);
  });

  it("removes a customer with all it had, and brings it back as another identity", async () => {
    const { view } = running.sandbox;
    const old = await view.user("acme");
    running.project.remove("acme");
    const run = await running.project.preview();
    expectDone(run);
    expect(changesOf(run)).to.deep.equal([
      "delete aws:iam/accessKey:AccessKey acme-2",
      "delete aws:iam/user:User acme",
      "delete aws:iam/userGroupMembership:UserGroupMembership acme",
      "update aws:ecr/repositoryPolicy:RepositoryPolicy edge-agent@eu-central-1",
    ]);
    await deploy(running);
    expect((await view.users()).map(({ name }) => name)).to.deep.equal(["globex"]);
    await expectNothingToDo(running);

    running.project.write("acme", acme());
    await deploy(running);
    const back = await view.user("acme");
    expect(back.arn).to.equal(old.arn);
    expect(back.uniqueId).not.to.equal(old.uniqueId);
    await expectNothingToDo(running);
  });
});
