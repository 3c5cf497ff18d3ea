/**
 * Proves that a repository's policy has one owner with cells, too: the base stack, which alone writes policies,
 * stops at a first contact before any cell has written, and another deployment with cells that claims the same
 * repository is refused. Judged by what AWS holds.
 */
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { SandboxProject } from "./support/sandboxProject";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:cells: 2
  ecr-customers:repositories:
    edge-agent: {}
`;
const CI = {
  Sid: "CiPush",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::555555555555:root" },
  Action: ["ecr:PutImage", "ecr:BatchGetImage"],
};

interface Document {
  Id?: string;
  Statement: { Sid?: string }[];
}

describe("a repository's policy in a deployment of two cells", function () {
  const running = withSandbox(this, SETTINGS);
  let other: SandboxProject | undefined;
  after(() => other?.discard());
  const run = (...argv: string[]) => customersScript(running, argv);
  const held = async () =>
    (await running.sandbox.view.repositoryPolicy("edge-agent")) as Document | undefined;

  before(async () => {
    for (const id of ["acme", "globex"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [CI] });
    const command = new SetRepositoryPolicyCommand({ repositoryName: "edge-agent", policyText });
    await running.sandbox.view.ecr.send(command);
  });

  it("that exists by hand stops the first update before a cell has written anything", async () => {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(2);
    expect(stderr).to.include("1 principal that no file declares would lose access to edge-agent");
    expect(journal.writes()).to.equal(before);
    expect((await held())?.Statement).to.deep.equal([CI]);
  });

  it("holds what keep has declared beside the customers of both cells", async () => {
    expect((await run("keep", "edge-agent")).code).to.equal(0);
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    const document = await held();
    expect(document?.Id).to.match(/^ecr-customers\/ecr-customers\/dev\/[0-9a-f]{12}$/);
    expect(document?.Statement.map(({ Sid }) => Sid)).to.deep.equal(["Pull", "CiPush"]);
    expect(JSON.stringify(document)).to.include("customers/acme").and.include("customers/globex");
  });

  it("is never overwritten by another deployment with cells, but for an operator's word", async () => {
    const { sandbox } = running;
    const prefixed = `${SETTINGS}  ecr-customers:namePrefix: stg-\n`;
    // The engine finds a project's stacks by the project's name.
    other = await SandboxProject.create(sandbox, prefixed, {}, "stg-registry");
    other.write("hooli", "name: Hooli\nrepositories: [edge-agent]\n");
    const before = await held();
    const second = (...argv: string[]) =>
      customersScript({ sandbox, project: other as SandboxProject }, argv);
    const refused = await second("up", "--yes");
    expect(refused.code, refused.stderr).to.equal(2);
    expect(refused.stderr).to.include(
      "the policy of edge-agent belongs to stack dev of project ecr-customers",
    );
    expect(refused.stderr).to.include("user customers/acme loses pull on edge-agent");
    expect(refused.stderr).to.include("up --take-over edge-agent --allow-foreign-revocations 1");
    expect(await held()).to.deep.equal(before);
    const taken = await second(
      "up",
      "--yes",
      "--take-over",
      "edge-agent",
      "--allow-foreign-revocations",
      "1",
    );
    expect(taken.code, taken.stderr).to.equal(0);
    expect((await held())?.Id).to.match(/^ecr-customers\/stg-registry\/dev\//);
    // The first deployment notices it at its next run, and takes nothing back by itself.
    const first = await run("preview");
    expect(first.stdout + first.stderr).to.include("by a policy of another stack");
  });
});
