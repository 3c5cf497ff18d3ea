/**
 * Proves that a kill of a run that writes what others share with it loses nothing: the take-over of a policy, what
 * `up --restore` gives back, principals that are tried apart, a repository that leaves the catalogue, the end of a stack.
 * The next run of the same command finishes.
 */
import { DeleteRepositoryPolicyCommand, SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { RemoveUserFromGroupCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { killScript } from "./support/killedScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: {}
`;
const CI = {
  Sid: "CiPush",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::555555555555:root" },
  Action: ["ecr:PutImage", "ecr:BatchGetImage"],
};
const ACME = "name: Acme\nrepositories: [edge-agent, sdk]\n";
const GROUP = "ecr-customers";
const CLOSED = "444444444444";

interface Document {
  Id?: string;
  Statement: { Sid?: string; Principal: { AWS: string | string[] } }[];
}

describe("a killed run", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);

  const policyOf = async (repository: string) =>
    (await running.sandbox.view.repositoryPolicy(repository)) as Document | undefined;

  async function rewrite(repositoryName: string, document: object): Promise<void> {
    const policyText = JSON.stringify(document);
    const { ecr } = running.sandbox.view;
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
  }

  async function succeed(...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...argv);
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  }

  async function expectNoDrift(): Promise<void> {
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
  }

  before(async () => {
    running.project.write("acme", ACME);
    running.project.write("globex", "name: Globex\nrepositories: [sdk]\n");
    await succeed("up", "--yes");
  });

  it("at the first write of taking a policy over from another stack is finished by the next one", async () => {
    const document = await policyOf("sdk");
    await rewrite("sdk", { ...document, Id: document?.Id?.replace("/dev/", "/prod/") });
    running.project.write("taker", "name: Taker\nrepositories: [sdk]\n");
    const argv = ["up", "--yes", "--take-over", "sdk"];
    await killScript(running, { argv, write: 1, action: "SetRepositoryPolicy" });
    await succeed(...argv);
    expect((await policyOf("sdk"))?.Id).to.match(/\/dev\//);
    expect(JSON.stringify(await policyOf("sdk"))).to.contain("customers/taker");
    await expectNoDrift();
  });

  for (const [write, withEngine] of [
    [1, false],
    [1, true],
    [2, true],
  ] as const) {
    const who = withEngine ? "with its engine " : "";
    it(`${who}at write ${write} of giving back what was revoked by hand is finished by the next one`, async () => {
      const { view } = running.sandbox;
      const { iam } = view;
      const [AccessKeyId] = Object.keys((await view.user("acme")).keys);
      const inactive = { UserName: "acme", AccessKeyId, Status: "Inactive" } as const;
      await iam.send(new UpdateAccessKeyCommand(inactive));
      const membership = { UserName: "globex", GroupName: GROUP };
      await iam.send(new RemoveUserFromGroupCommand(membership));
      const argv = ["up", "--restore", "--yes"];
      await killScript(running, { argv, write, withEngine });
      if (withEngine) await succeed("unlock", "--force");
      await succeed(...argv);
      expect(Object.values((await view.user("acme")).keys)).to.deep.equal(["Active"]);
      expect((await view.user("globex")).groups).to.deep.equal([GROUP]);
      await expectNoDrift();
    });
  }

  // The engine's own write, the whole document again, without what is new: each may be the last.
  for (const write of [1, 2, 3]) {
    it(`at write ${write} of a policy whose principals are tried apart is finished by the next one`, async () => {
      const { project, sandbox } = running;
      sandbox.front.otherAccounts.remove(CLOSED);
      const added = `added-${write}`;
      project.write("typo", `name: Typo\nrepositories: [sdk]\nawsAccount: "${CLOSED}"\n`);
      project.write(added, "name: Added\nrepositories: [sdk]\n");
      project.write("taker", "name: Taker\nrepositories: [sdk]\nstatus: suspended\n");
      const before = await policyOf("sdk");
      const argv = ["up", "--yes"];
      await killScript(running, { argv, write, action: "SetRepositoryPolicy" });
      // No one who stays has lost anything meanwhile.
      const kept = JSON.stringify(await policyOf("sdk"));
      for (const { Principal } of before?.Statement ?? []) {
        for (const arn of [Principal.AWS].flat()) {
          if (!arn.endsWith("/taker")) expect(kept).to.contain(arn);
        }
      }
      const { code, stderr } = await run(...argv);
      expect(code, stderr).to.equal(1);
      expect(stderr).to.contain(`typo: ECR refuses arn:aws:iam::${CLOSED}:root`);
      const named = JSON.stringify(await policyOf("sdk"));
      expect(named).to.contain(`customers/${added}"`).and.contain('customers/acme"');
      expect(named).not.to.contain("customers/taker").and.not.to.contain(CLOSED);
      project.remove("typo");
      project.write("taker", "name: Taker\nrepositories: [sdk]\n");
      await succeed(...argv);
      await expectNoDrift();
    });
  }

  for (const withEngine of [false, true]) {
    const who = withEngine ? "with its engine " : "";
    it(`${who}when a repository leaves that others use too is finished by the next one`, async () => {
      const { project, sandbox } = running;
      const document = await policyOf("edge-agent");
      await rewrite("edge-agent", { ...document, Statement: [...(document?.Statement ?? []), CI] });
      project.write("acme", ACME.replace("edge-agent, ", ""));
      project.settings(SETTINGS.replace("    edge-agent: {}\n", ""));
      const argv = ["up", "--yes", "--allow-revocations", "9"];
      await killScript(running, { argv, write: 1, action: "SetRepositoryPolicy", withEngine });
      if (withEngine) await succeed("unlock", "--force");
      await succeed(...argv);
      expect((await policyOf("edge-agent"))?.Statement).to.deep.equal([CI]);
      const repositoryName = "edge-agent";
      await sandbox.view.ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
      project.settings(SETTINGS);
      project.write("acme", ACME);
      await succeed("up", "--yes");
      await expectNoDrift();
    });
  }

  it("at the writes that end a stack is finished by the next one, and what others have outlives it", async () => {
    const document = await policyOf("sdk");
    await rewrite("sdk", { ...document, Statement: [...(document?.Statement ?? []), CI] });
    const argv = ["destroy", "--yes", "--allow-revocations", "99", "--allow-replacements", "99"];
    for (const write of [1, 2]) await killScript(running, { argv, write });
    await succeed(...argv);
    expect((await policyOf("sdk"))?.Statement).to.deep.equal([CI]);
    expect(await policyOf("edge-agent")).to.equal(undefined);
    expect(await running.sandbox.view.users()).to.deep.equal([]);
  });
});
