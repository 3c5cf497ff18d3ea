/**
 * Proves that a customer whose file is removed is deleted completely, whatever was attached to its user by
 * hand; and that when AWS refuses the deletion, access ends all the same, and the next update finishes
 * it: the deny policy that ended access is in no state and does not hold the user back.
 */
import {
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { customersScript } from "./support/customersScript";
import { deploy } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const ALLOW_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const DENIED = { code: "AccessDenied", message: "not authorized to perform", status: 403 };

describe("a customer's user with hand-made additions", function () {
  const running = withSandbox(this, SETTINGS);

  before(async () => {
    for (const id of ["acme", "globex", "initech"]) {
      running.project.write(id, "name: Customer\nrepositories: [edge-agent]\n");
    }
    await deploy(running);
  });

  async function addByHand(UserName: string): Promise<void> {
    const { iam } = running.sandbox.view;
    const PolicyDocument = ALLOW_ALL;
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "by-hand", PolicyDocument }));
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
    await iam.send(new CreateLoginProfileCommand({ UserName, Password: "Sandbox-1-password" }));
  }

  const up = () => customersScript(running, ["up", "--yes", "--allow-revocations", "1"]);

  async function users(): Promise<string[]> {
    return (await running.sandbox.view.users()).map(({ name }) => name).sort();
  }

  it("is deleted with them when its file is removed", async () => {
    await addByHand("acme");
    running.project.remove("acme");
    const run = await up();
    expect(run.code, run.stderr).to.equal(0);
    expect(await users()).to.deep.equal(["globex", "initech"]);
    const again = await up();
    expect([again.code, again.stdout.endsWith("Nothing to do.\n")]).to.deep.equal([0, true]);
  });

  it("loses access though AWS refuses the deletion, and is deleted by the next update", async () => {
    await addByHand("globex");
    running.project.remove("globex");
    const { faults } = running.sandbox.front;
    faults.failCall({ action: "DetachUserPolicy", times: Infinity, error: DENIED });
    const refused = await up();
    expect(refused.code, refused.stdout).to.equal(1);
    expect(refused.stderr).to.contain("globex");
    const left = await running.sandbox.view.user("globex");
    expect(Object.values(left.keys)).not.to.include("Active");
    expect(Object.keys(left.inlinePolicies)).to.include(DENY_POLICY_NAME);

    faults.clear();
    const run = await up();
    expect(run.code, run.stderr).to.equal(0);
    expect(await users()).to.deep.equal(["initech"]);
  });
});
