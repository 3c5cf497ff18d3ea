/**
 * Proves that a kill at single writes of what an update does beside the usual loses nothing: a new user (before the first,
 * the fifth and the eighth write: the old user's policy, the user, what the new one has), with the engine or without it, a
 * key that is set inactive or deleted. The next run of the same command finishes. What is given back, taken over or leaves:
 * killedPolicies.test.ts.
 */
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { USABLE } from "../customers/pgpKeys";
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
const ACME = "name: Acme\nrepositories: [edge-agent, sdk]\n";

describe("a run that is killed", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);

  afterEach(() => running.sandbox.front.faults.clear());

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

  for (const [write, withEngine] of [
    [1, false],
    [5, false],
    [8, false],
    [1, true],
    [5, true],
    [8, true],
  ] as const) {
    const who = withEngine ? "with its engine " : "";
    it(`${who}at write ${write} of giving access back with a new user is finished by the next one`, async () => {
      const { view } = running.sandbox;
      const old = await view.user("acme");
      await succeed("revoke", "acme", "--now");
      await succeed("up", "--yes");
      await succeed("resume", "acme", "--new-user");
      await killScript(running, { argv: ["up", "--yes"], write, withEngine });
      if (withEngine) await succeed("unlock", "--force");
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
    await killScript(running, {
      argv: ["up", "--refresh", "--yes"],
      write: 1,
      action: "UpdateAccessKey",
    });
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
    await killScript(running, { argv: ["up", "--yes"], write: 1, action: "DeleteAccessKey" });
    running.project.write("pgp", file(USABLE));
    const { code, stderr } = await run("up", "--yes");
    const { AccessKeyMetadata = [] } = await running.sandbox.view.iam.send(
      new ListAccessKeysCommand({ UserName: "pgp" }),
    );
    // Its deletion was on its way when the run was killed.
    expect([code, AccessKeyMetadata.length], stderr).to.deep.equal([0, 1]);
  });
});
