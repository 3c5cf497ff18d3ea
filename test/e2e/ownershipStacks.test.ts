/**
 * Proves who may write a repository's policy first: plain `pulumi up` neither overwrites one that exists by hand nor one
 * of another stack, and a second stack (`namePrefix: stg-`) with the same repository is refused, whether it is of the same
 * project or of another one. The first stack's customers can still pull. Judged by what AWS holds and decides.
 */
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { customerKey, signedPull } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { completeProject, pulumiByHand } from "./support/engineByHand";
import { SandboxProject } from "./support/sandboxProject";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const STAGING = `${SETTINGS}  ecr-customers:namePrefix: stg-\n`;
const CI = {
  Sid: "CiPush",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::555555555555:root" },
  Action: ["ecr:PutImage", "ecr:BatchGetImage"],
};
/** Pulumi's host of Node programs ends a minute after a program that fails. */
const BY_HAND_MILLISECONDS = 300_000;

describe("a policy that a stack has not written before", function () {
  const running = withSandbox(this, SETTINGS);
  let other: SandboxProject | undefined;
  after(() => other?.discard());
  const run = (...argv: string[]) => customersScript(running, argv);
  const held = () => running.sandbox.view.repositoryPolicy("edge-agent");

  async function expectFirstStackPulls(): Promise<void> {
    for (const id of ["acme", "globex"]) {
      await signedPull(running)(customerKey(running, `${id}-1`), "edge-agent");
    }
  }

  before(async () => {
    for (const id of ["acme", "globex"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [CI] });
    const command = new SetRepositoryPolicyCommand({ repositoryName: "edge-agent", policyText });
    await running.sandbox.view.ecr.send(command);
  });

  it("and that exists by hand is not overwritten by plain pulumi up, which names who would lose what", async function () {
    this.timeout(BY_HAND_MILLISECONDS);
    completeProject(running.project);
    const before = await held();
    const { journal } = running.sandbox.front;
    const writes = journal.writes();
    const { code, output } = await pulumiByHand(running, ["up", "--yes", "--skip-preview"]);
    expect(code, output).not.to.equal(0);
    expect(output).to.include(
      "the policy of edge-agent in eu-central-1 has statements that no file declares: AWS account 555555555555",
    );
    expect(output).to.match(/Declare them: `.* keep edge-agent/);
    expect(journal.writes()).to.equal(writes);
    expect(await held()).to.deep.equal(before);
    const kept = await run("keep", "edge-agent");
    expect(kept.code, kept.stderr).to.equal(0);
    const { code: done, stderr } = await run("up", "--yes");
    expect(done, stderr).to.equal(0);
    await expectFirstStackPulls();
  });

  it("is refused to a second stack of the same project, also by validate", async () => {
    const { project, sandbox } = running;
    const file = join(project.directory, "Pulumi.stg.yaml");
    writeFileSync(file, STAGING);
    const { engine } = sandbox;
    execFileSync(engine.executable, ["stack", "init", "stg", "--non-interactive"], {
      cwd: project.directory,
      env: project.environment,
      stdio: "ignore",
    });
    const before = await held();
    const validated = await run("validate");
    expect(validated.code).to.equal(1);
    expect(validated.stderr).to.include(
      "got edge-agent in eu-central-1 of account 123456789012, which stack dev also claims",
    );
    const { code, stderr } = await run("up", "--yes", "--stack", "stg");
    expect(code, stderr).to.equal(2);
    expect(stderr).to.include(
      "the policy of edge-agent belongs to stack dev of project ecr-customers",
    );
    expect(await held()).to.deep.equal(before);
    await expectFirstStackPulls();
    rmSync(file);
  });

  it("is refused to a stack of another project, whose preview names who would lose access", async function () {
    this.timeout(BY_HAND_MILLISECONDS);
    const { sandbox } = running;
    // The engine finds a project's stacks by the project's name.
    other = await SandboxProject.create(sandbox, STAGING, {}, "stg-registry");
    const second = { sandbox, project: other };
    other.write("hooli", "name: Hooli\nrepositories: [edge-agent]\n");
    const before = await held();
    const belongs = "the policy of edge-agent belongs to stack dev of project ecr-customers";
    const preview = await customersScript(second, ["preview"]);
    expect(preview.stdout).to.include(belongs);
    expect(preview.stdout).to.include("user customers/acme loses pull on edge-agent");
    const refused = await customersScript(second, ["up", "--yes"]);
    expect(refused.code, refused.stderr).to.equal(2);
    expect(refused.stderr).to.include(belongs);
    completeProject(other);
    const { code, output } = await pulumiByHand(second, ["up", "--yes", "--skip-preview"]);
    expect(code, output).not.to.equal(0);
    expect(output).to.include("belongs to stack dev of project ecr-customers");
    expect(await held()).to.deep.equal(before);
    const users = await sandbox.view.users();
    expect(users.map(({ name }) => name).sort()).to.deep.equal(["acme", "globex"]);
    await expectFirstStackPulls();
  });
});
