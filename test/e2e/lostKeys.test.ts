/**
 * Proves that keys whose secrets were lost with a killed engine never use up the two keys that a user may
 * have: the engine is killed twice just when AWS creates a key, with or without a recovery in between, and the
 * next run has a key with a known secret. A key that was created by hand is left alone.
 */
import { CreateAccessKeyCommand, DeleteAccessKeyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { customerKey, signedPull } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { completeProject, killedUp } from "./support/engineByHand";
import { deploy, expectNothingToDo } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const TWO = "name: Acme\nrepositories: [edge-agent]\nkeys: { 1: active, 2: active }\n";

describe("a key whose secret was lost", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);

  before(async () => {
    completeProject(running.project);
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    await deploy(running);
  });

  const keysOf = async (user: string) => Object.keys((await running.sandbox.view.user(user)).keys);

  it("does not use up a customer's second key, even if it happens twice", async () => {
    const { project } = running;
    const [first = ""] = await keysOf("acme");
    project.write("acme", TWO);
    for (const _ of [1, 2]) {
      expect(await killedUp(running, 1)).to.equal(true);
      const present = await keysOf("acme");
      expect(present).to.have.length(2);
      const recovery = await project.recover();
      expect(recovery?.deletedKeys).to.deep.equal([
        { user: "acme", key: present.find((key) => key !== first) },
      ]);
      expect(await keysOf("acme")).to.deep.equal([first]);
    }
    await deploy(running);
    await signedPull(running)(customerKey(running, "acme-2"), "edge-agent");
    await expectNothingToDo(running);
  });

  it("neither blocks a new customer nor stays, even if it happens twice before a recovery", async () => {
    const { project, sandbox } = running;
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    // The user and all else is there; only its key is still to be made.
    sandbox.front.faults.failCall({
      action: "CreateAccessKey",
      error: { code: "ServiceFailure", message: "sorry", status: 400 },
    });
    expect((await project.update()).error?.kind).to.equal("resources");
    expect(await keysOf("globex")).to.deep.equal([]);
    for (const crash of [1, 2]) {
      expect(await killedUp(running, 1)).to.equal(true);
      expect(await keysOf("globex")).to.have.length(crash);
      if (crash === 1) await project.unlock();
    }
    const recovery = await project.recover();
    expect(recovery?.unknownKeys).to.deep.equal([]);
    expect(recovery?.deletedKeys).to.have.length(2);
    await deploy(running);
    expect(await keysOf("globex")).to.have.length(1);
    await signedPull(running)(customerKey(running, "globex-1"), "edge-agent");
    await expectNothingToDo(running);
  });

  it("is not confused with a key that was created by hand and is in use", async () => {
    const { project, sandbox } = running;
    const UserName = "hooli";
    project.write(UserName, "name: Hooli\nrepositories: [edge-agent]\nstatus: suspended\n");
    sandbox.front.faults.failCall({
      action: "CreateAccessKey",
      error: { code: "ServiceFailure", message: "sorry", status: 400 },
    });
    expect((await project.update()).error?.kind).to.equal("resources");
    const { AccessKey } = await sandbox.view.iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId = "", SecretAccessKey = "" } = AccessKey ?? {};
    const key = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
    await signedPull(running)(key, "edge-agent").catch(() => undefined);
    expect(await killedUp(running, 1)).to.equal(true);
    const recovery = await project.recover();
    expect(recovery?.deletedKeys.map((one) => one.key))
      .to.have.length(1)
      .and.not.include(AccessKeyId);
    expect(await keysOf(UserName)).to.deep.equal([AccessKeyId]);
    await sandbox.view.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await deploy(running);
  });

  it("is deleted by the next `up`, which reports it", async () => {
    running.project.write("hooli", "name: Hooli\nrepositories: [edge-agent]\n");
    await deploy(running);
    running.project.write("hooli", TWO.replace("Acme", "Hooli"));
    expect(await killedUp(running, 1)).to.equal(true);
    expect(await keysOf("hooli")).to.have.length(2);
    await running.project.unlock();
    const { code, stdout, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("An earlier run was killed; what it had started is recovered.");
    expect(await keysOf("hooli")).to.have.length(2);
  });
});
