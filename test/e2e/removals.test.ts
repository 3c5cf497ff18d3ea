/**
 * Proves what the nightly `up --refresh` does with what others have given a customer's user: it removes what
 * gives access, reports it and exits with 1 that once; leaves what also denies something; and a run that is
 * killed at any of these writes leaves nothing that the next one does not finish.
 */
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const allowing = (Effect: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect, Action: "*", Resource: "*" }],
  });
const EVERYTHING = allowing("Allow");

describe("what others have given a customer's user", function () {
  const running = withSandbox(this, SETTINGS);
  const run = (...argv: string[]) => customersScript(running, argv);
  const night = () => run("up", "--refresh", "--yes");
  const acme = async () => {
    const { groups, attachedPolicies, inlinePolicies, hasLoginProfile } =
      await running.sandbox.view.user("acme");
    const inline = Object.keys(inlinePolicies);
    return { groups, attachedPolicies, inline, hasLoginProfile };
  };
  const CLEAN = {
    ...{ groups: ["ecr-customers"], attachedPolicies: [], inline: [] },
    hasLoginProfile: false,
  };

  before(async () => {
    const { project, sandbox } = running;
    for (const id of ["acme", "globex", "hooli"]) {
      project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
    project.write("ended", "name: ended\nrepositories: [edge-agent]\nstatus: suspended\n");
    expect((await run("up", "--yes")).code).to.equal(0);
    const { iam } = sandbox.view;
    await iam.send(new CreateGroupCommand({ GroupName: "admins" }));
    await iam.send(
      new PutGroupPolicyCommand({
        ...{ GroupName: "admins", PolicyName: "all", PolicyDocument: EVERYTHING },
      }),
    );
    await iam.send(new CreatePolicyCommand({ PolicyName: "all", PolicyDocument: EVERYTHING }));
  });

  async function plant(UserName: string) {
    const { iam } = running.sandbox.view;
    const PolicyArn = "arn:aws:iam::123456789012:policy/all";
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: "all", PolicyDocument: EVERYTHING }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: "admins" }));
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: "Correct-Horse-7" }));
  }

  it("is removed in one run, which reports it and exits with 1; the next one has nothing to do", async () => {
    await plant("acme");
    const { code, stderr } = await night();
    expect(code, stderr).to.equal(1);
    expect(stderr).to.contain("Removed from AWS, because no file gives it:");
    for (const what of [
      "user acme has the inline policy all, which no file declares: customer acme can use",
      "user acme has the managed policy all attached, which no file declares",
      "user acme is in the group admins, which no file declares",
      "user acme has a password for the AWS console, which no file declares",
    ]) {
      expect(stderr).to.contain(what);
    }
    expect(await acme()).to.deep.equal(CLEAN);
    const again = await night();
    expect(again.code, again.stderr).to.equal(0);
    expect(again.stdout).to.contain("Nothing to do.");
  });

  for (const write of [1, 2, 3, 4]) {
    it(`is removed by the next run after a kill at write ${write}`, async () => {
      const { project, sandbox } = running;
      await plant("acme");
      const { directory: cwd, environment } = project;
      const script = startScript(["up", "--refresh", "--yes"], { cwd, environment });
      sandbox.front.faults.atCall(write, () => void script.child.kill("SIGKILL"));
      expect((await script.end).signal).to.equal("SIGKILL");
      sandbox.front.faults.clear();
      const { code, stderr } = await night();
      // What the killed run's calls have removed may be everything.
      expect(code, stderr).to.be.oneOf([0, 1]);
      expect(await acme()).to.deep.equal(CLEAN);
      expect((await night()).code).to.equal(0);
    });
  }

  it("stays and is named when it also denies something, or is a key of a customer that may pull", async () => {
    const { iam } = running.sandbox.view;
    await iam.send(
      new PutUserPolicyCommand({
        ...{ UserName: "globex", PolicyName: "stop", PolicyDocument: allowing("Deny") },
      }),
    );
    const made = await iam.send(new CreateAccessKeyCommand({ UserName: "hooli" }));
    const { code, stderr } = await night();
    expect(code).to.equal(1);
    expect(stderr).to.contain("user globex has the inline policy stop, which no file declares");
    expect(stderr).not.to.contain("Removed from AWS");
    const { inlinePolicies } = await running.sandbox.view.user("globex");
    expect(Object.keys(inlinePolicies)).to.deep.equal(["stop"]);
    const key = made.AccessKey?.AccessKeyId ?? "";
    expect((await running.sandbox.view.user("hooli")).keys[key]).to.equal("Active");
  });

  it("is set inactive when it is a key of a customer whose access has ended", async () => {
    const { iam } = running.sandbox.view;
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ended" }));
    const key = AccessKey?.AccessKeyId ?? "";
    const { stderr } = await night();
    expect(stderr).to.contain(`key ${key} of user ended is Active in AWS`);
    expect((await running.sandbox.view.user("ended")).keys[key]).to.equal("Inactive");
  });
});
