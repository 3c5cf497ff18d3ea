/**
 * Proves `aws:assumeRoles` end to end: the engine's provider and the script assume the roles one after the other and make
 * every change with the last one's session, although the first role may do nothing but assume the second; a role that cannot be assumed
 * ends the run before anything is written.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const CHANGES = /^(Create|Update|Put|Set|Add|Attach|Delete|Tag)/;
const ACCOUNT = "123456789012";
const arn = (role: string) => `arn:aws:iam::${ACCOUNT}:role/${role}`;
const policy = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const settings = (...roles: readonly string[]) => `config:
  aws:region: eu-central-1
  aws:assumeRoles: ${JSON.stringify(roles.map((role) => ({ roleArn: arn(role) })))}
  ecr-customers:account: "${ACCOUNT}"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("a stack whose settings assume roles", function () {
  const running = withSandbox(this, settings("gate", "deploy"));

  it("is changed with the session of the last role alone", async () => {
    const { sandbox, project } = running;
    const iam = new IAMClient(sandbox.aws);
    for (const [RoleName, allowed] of [
      ["gate", { Action: "sts:AssumeRole", Resource: arn("deploy") }],
      ["deploy", { Action: ["iam:*", "ecr:*"], Resource: "*" }],
    ] as const) {
      const statement = { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" };
      const AssumeRolePolicyDocument = policy(statement);
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      const PolicyDocument = policy({ Effect: "Allow", ...allowed });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "may", PolicyDocument }));
    }
    project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    const { journal } = sandbox.front;
    journal.reset();
    const { code, stderr, stdout } = await customersScript(running, ["up", "--yes"]);
    expect(code, `${stdout}${stderr}`).to.equal(0);

    const own = sandbox.aws.credentials.accessKeyId;
    const calls = journal.calls();
    const byOwn = calls.filter(({ accessKeyId }) => accessKeyId === own);
    expect(new Set(byOwn.map(({ action }) => action))).to.deep.equal(new Set(["AssumeRole"]));
    const changes = calls.filter(({ action }) => CHANGES.test(action));
    expect(changes.map(({ action }) => action)).to.include.members([
      "CreateUser",
      "CreateAccessKey",
      "SetRepositoryPolicy",
    ]);
    for (const { action, accessKeyId } of changes) {
      expect(accessKeyId, action).to.match(/^ASIA/);
    }
  });

  it("is not changed when a role cannot be assumed", async () => {
    const { sandbox, project } = running;
    const file = join(project.directory, "Pulumi.dev.yaml");
    project.settings(readFileSync(file, "utf8").replace(arn("deploy"), arn("gone")));
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    sandbox.front.journal.reset();
    const { code, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stderr).not.to.equal(0);
    const written = sandbox.front.journal.calls().filter(({ action }) => CHANGES.test(action));
    expect(written).to.deep.equal([]);
  });
});
