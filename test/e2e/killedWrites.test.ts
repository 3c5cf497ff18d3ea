/**
 * Proves that a kill at single writes of what an update does beside the usual loses nothing: a new user (before the first,
 * the fifth and the eighth write: the old user's policy, the user, what the new one has), the take-over of a policy, a key
 * that is set inactive or deleted, the end of a stack. The next run of the same command finishes.
 */
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { USABLE } from "../customers/pgpKeys";
import { customersScript } from "./support/customersScript";
import { alive, descendantsOf, type Process } from "./support/processes";
import { startScript } from "./support/scriptProcess";
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

interface Document {
  Id?: string;
  Statement: { Sid?: string }[];
}

describe("a run that is killed", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);

  afterEach(() => running.sandbox.front.faults.clear());

  /** Kills the script, not its engine, just before its k-th write, of one action only if it is named. */
  async function killed(argv: readonly string[], write: number, action?: string): Promise<void> {
    const { project, sandbox } = running;
    const { directory: cwd, environment } = project;
    const { child, end } = startScript(argv, { cwd, environment });
    const started: Process[] = [];
    const kill = () => {
      started.push(...descendantsOf(child.pid ?? NaN));
      child.kill("SIGKILL");
    };
    sandbox.front.faults.atCall(write, kill, action);
    expect((await end).signal).to.equal("SIGKILL");
    sandbox.front.faults.clear();
    const deadline = Date.now() + 60_000;
    while (alive(started).length > 0 && Date.now() < deadline) await pause(200);
    expect(alive(started)).to.deep.equal([]);
  }

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

  before(async () => {
    running.project.write("acme", ACME);
    running.project.write("ended", "name: Ended\nrepositories: [sdk]\nstatus: suspended\n");
    await succeed("up", "--yes");
  });

  for (const write of [1, 5, 8]) {
    it(`at write ${write} of giving access back with a new user is finished by the next one`, async () => {
      const { view } = running.sandbox;
      const old = await view.user("acme");
      await succeed("revoke", "acme", "--now");
      await succeed("up", "--yes");
      await succeed("resume", "acme", "--new-user");
      await killed(["up", "--yes"], write);
      // The deleted user may look like one that someone deleted by hand, which is reported.
      const finished = await run("up", "--yes");
      expect(finished.code, finished.stdout + finished.stderr).to.be.oneOf([0, 1]);
      await succeed("up", "--yes");
      const fresh = await view.user("acme");
      expect(fresh.uniqueId).not.to.equal(old.uniqueId);
      expect(fresh.inlinePolicies).to.deep.equal({});
      expect(Object.values(fresh.keys)).to.deep.equal(["Active"]);
      expect(Object.keys(old.keys)).not.to.include(Object.keys(fresh.keys)[0]);
      expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
    });
  }

  it("when it sets a key of an ended customer inactive is finished by the next night", async () => {
    const { view } = running.sandbox;
    const UserName = "ended";
    const { AccessKey } = await view.iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId = "" } = AccessKey ?? {};
    await killed(["up", "--refresh", "--yes"], 1, "UpdateAccessKey");
    const { code } = await run("up", "--refresh", "--yes");
    expect(code).to.equal(1);
    expect((await view.user("ended")).keys[AccessKeyId]).to.equal("Inactive");
    await view.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await succeed("up", "--refresh", "--yes");
  });

  it("when it deletes a key whose secret could not be encrypted leaves no key that no one names", async () => {
    const bytes = Buffer.from(USABLE, "base64");
    bytes[bytes.length - 1]! ^= 1;
    const file = (pgpKey: string) => `name: P\nrepositories: [sdk]\npgpKey: ${pgpKey}\n`;
    running.project.write("pgp", file(bytes.toString("base64")));
    await killed(["up", "--yes"], 1, "DeleteAccessKey");
    running.project.write("pgp", file(USABLE));
    const { code, stderr } = await run("up", "--yes");
    const { AccessKeyMetadata = [] } = await running.sandbox.view.iam.send(
      new ListAccessKeysCommand({ UserName: "pgp" }),
    );
    // Its deletion was on its way when the run was killed.
    expect([code, AccessKeyMetadata.length], stderr).to.deep.equal([0, 1]);
  });

  it("at the first write of taking a policy over from another stack is finished by the next one", async () => {
    const document = await policyOf("sdk");
    await rewrite("sdk", { ...document, Id: document?.Id?.replace("/dev/", "/prod/") });
    running.project.write("taker", "name: Taker\nrepositories: [sdk]\n");
    const argv = ["up", "--yes", "--take-over", "sdk"];
    await killed(argv, 1, "SetRepositoryPolicy");
    await succeed(...argv);
    expect((await policyOf("sdk"))?.Id).to.match(/\/dev\//);
    expect(JSON.stringify(await policyOf("sdk"))).to.contain("customers/taker");
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
  });

  it("at the writes that end a stack is finished by the next one, and what others have outlives it", async () => {
    const document = await policyOf("sdk");
    await rewrite("sdk", { ...document, Statement: [...(document?.Statement ?? []), CI] });
    const argv = ["--yes", "--allow-revocations", "9", "--allow-replacements", "99"];
    for (const write of [1, 2]) await killed(["destroy", ...argv], write);
    await succeed("destroy", ...argv);
    expect((await policyOf("sdk"))?.Statement).to.deep.equal([CI]);
    expect(await policyOf("edge-agent")).to.equal(undefined);
    expect(await running.sandbox.view.users()).to.deep.equal([]);
  });
});
