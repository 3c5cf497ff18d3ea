/**
 * Proves that the end of a stack is not the end of what others have in its repositories' policies: after
 * `destroy`, AWS holds their statements, declared or not, and nothing of the stack. Judged by AWS.
 */
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
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

describe("what others have in a repository's policy", function () {
  const running = withSandbox(this, SETTINGS);
  const run = (...argv: string[]) => customersScript(running, argv);

  it("outlives the stack, whose own statements and policies are gone", async () => {
    const { view } = running.sandbox;
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent, sdk]\n");
    const first = await run("up", "--yes");
    expect(first.code, first.stderr).to.equal(0);
    const document = (await view.repositoryPolicy("edge-agent")) as { Statement: object[] };
    const policyText = JSON.stringify({ ...document, Statement: [...document.Statement, CI] });
    const command = new SetRepositoryPolicyCommand({ repositoryName: "edge-agent", policyText });
    await view.ecr.send(command);
    const { code, stdout, stderr } = await run(
      ...["destroy", "--yes", "--allow-revocations", "1"],
      ...["--allow-replacements", "9"],
    );
    expect(code, stdout + stderr).to.equal(0);
    expect(await view.repositoryPolicy("edge-agent")).to.deep.equal({
      Version: "2012-10-17",
      Statement: [CI],
    });
    expect(await view.repositoryPolicy("sdk")).to.equal(undefined);
    expect(await view.users()).to.deep.equal([]);
  });
});
