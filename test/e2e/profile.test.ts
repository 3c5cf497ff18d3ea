/**
 * Proves `aws:profile` end to end: the engine's provider and the script call AWS with the key that the configuration file has for
 * the settings' profile, although the environment has another one; with a profile that does not exist, nothing is written.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const CHANGES = /^(Create|Update|Put|Set|Add|Attach|Delete|Tag)/;
const FILES = "AWS_SHARED_CREDENTIALS_FILE";
const SETTINGS = `config:
  aws:region: eu-central-1
  aws:profile: vendor-prod
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("a stack whose settings name an AWS profile", function () {
  const folder = mkdtempSync(join(tmpdir(), "ecr-customers-profile-"));
  const credentials = join(folder, "credentials");
  const running = withSandbox(this, SETTINGS, { [FILES]: credentials });
  const previous = process.env[FILES];
  let keyId = "";

  before(async () => {
    const iam = new IAMClient(running.sandbox.aws);
    const UserName = "deployer";
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["iam:*", "ecr:*"], Resource: "*" }],
    });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "may", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    keyId = AccessKey?.AccessKeyId ?? "";
    writeFileSync(
      credentials,
      `[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n\n[vendor-prod]\naws_access_key_id = ${keyId}\naws_secret_access_key = ${AccessKey?.SecretAccessKey}\n`,
    );
    // The script's own calls are made in this process, whose SDK reads a file once: not before it is complete.
    process.env[FILES] = credentials;
  });
  after(() => {
    if (previous === undefined) delete process.env[FILES];
    else process.env[FILES] = previous;
    rmSync(folder, { recursive: true });
  });

  it("is read and changed with that profile's key alone", async () => {
    const { sandbox, project } = running;
    project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    sandbox.front.journal.reset();
    const { code, stderr, stdout } = await customersScript(running, ["up", "--yes"]);
    expect(code, `${stdout}${stderr}`).to.equal(0);
    const calls = sandbox.front.journal.calls();
    expect(calls.map(({ action }) => action)).to.include.members([
      "CreateUser",
      "CreateAccessKey",
      "SetRepositoryPolicy",
    ]);
    expect(new Set(calls.map(({ accessKeyId }) => accessKeyId))).to.deep.equal(new Set([keyId]));
  });

  it("is not changed when the files have no such profile", async () => {
    const { sandbox, project } = running;
    const file = join(project.directory, "Pulumi.dev.yaml");
    project.settings(readFileSync(file, "utf8").replace("vendor-prod", "vendor-gone"));
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    sandbox.front.journal.reset();
    const { code, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stderr).not.to.equal(0);
    expect(stderr).to.contain("vendor-gone");
    const written = sandbox.front.journal.calls().filter(({ action }) => CHANGES.test(action));
    expect(written).to.deep.equal([]);
  });
});
