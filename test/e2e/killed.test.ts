/**
 * Proves that a first deployment that is killed with SIGKILL when its k-th write reaches AWS is finished by
 * the next run: AWS then matches the files, without a key that is in no state. The killed program is the
 * engine, run by hand as `pulumi up`, not this process.
 */
import { once } from "node:events";
import { expect } from "chai";
import { completeProject, killedUp, pulumi } from "./support/engineByHand";
import { changesOf, deploy, expectDone, expectNothingToDo } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("`pulumi up` run by hand", function () {
  const running = withSandbox(this, SETTINGS);

  before(() => completeProject(running.project));

  // In the order of the engine's work: the group and the users, keys, memberships, policies.
  for (const write of [1, 4, 8]) {
    it(`is finished by the next run after a kill at write ${write}, and leaves no unknown key`, async () => {
      const { project, sandbox } = running;
      project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
      project.write("globex", "name: Globex\nrepositories: [edge-agent]\nexpires: 2099-01-31\n");
      expect(await killedUp(running, write)).to.equal(true);

      const recovery = await project.recover();
      expect(recovery?.unknownKeys ?? []).to.deep.equal([]);
      const { users } = await deploy(running);
      expect(users.map(({ name }) => name)).to.deep.equal(["acme", "globex"]);
      await expectNothingToDo(running);

      expectDone(await project.destroy());
      expect(await sandbox.view.users()).to.deep.equal([]);
    });
  }

  it("declares the same as the script: neither leaves changes for the other", async () => {
    running.project.today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
    const [code] = (await once(pulumi(running, "up", "--yes", "--skip-preview"), "exit")) as [
      number,
    ];
    expect(code).to.equal(0);
    const preview = await running.project.preview();
    expectDone(preview);
    expect(changesOf(preview)).to.deep.equal([]);
    await deploy(running);
    const again = pulumi(running, "preview", "--expect-no-changes");
    expect(((await once(again, "exit")) as [number])[0]).to.equal(0);
  });
});
