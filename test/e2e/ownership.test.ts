/**
 * Proves that a repository's policy has one owner and that what others have in it is theirs: the first
 * update names who would lose what and stops; `keep` writes it into a reviewed file; what is added later
 * is kept, named, and ends the run with 1; another stack's policy is never overwritten. Judged by what
 * AWS holds.
 */
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { customersScript } from "./support/customersScript";
import { completeProject, pulumiByHand } from "./support/engineByHand";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {} # the one that everyone has
    sdk: {}
`;
const CI = {
  Sid: "CiPush",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::555555555555:root" },
  Action: ["ecr:PutImage", "ecr:BatchGetImage"],
};
const LAMBDA = {
  Sid: "LambdaPull",
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
};

interface Document {
  Id?: string;
  Statement: { Sid?: string }[];
}

describe("a repository's policy", function () {
  const running = withSandbox(this, SETTINGS);
  const run = (...argv: string[]) => customersScript(running, argv);

  async function held(repository: string): Promise<Document | undefined> {
    return (await running.sandbox.view.repositoryPolicy(repository)) as Document | undefined;
  }

  async function byHand(repository: string, document: object): Promise<void> {
    const command = new SetRepositoryPolicyCommand({
      repositoryName: repository,
      policyText: JSON.stringify({ Version: "2012-10-17", ...document }),
    });
    await running.sandbox.view.ecr.send(command);
  }

  before(async () => {
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent, sdk]\n");
    await byHand("edge-agent", { Statement: [CI, LAMBDA] });
  });

  it("that exists by hand stops the first update, which names who would lose what", async () => {
    const preview = await run("preview");
    expect(preview.stdout).to.include("AWS account 555555555555 may ");
    const { code, stderr } = await run("up", "--yes");
    expect(code).to.equal(2);
    expect(stderr).to.include("2 principals that no file declares would lose access to edge-agent");
    expect(stderr).to.include(
      "AWS account 555555555555 loses ecr:BatchGetImage and ecr:PutImage on",
    );
    expect(stderr).to.include("AWS service lambda.amazonaws.com loses pull on edge-agent");
    expect(stderr).to.include("--allow-foreign-revocations 2");
    expect((await held("edge-agent"))?.Statement).to.deep.equal([CI, LAMBDA]);
  });

  it("is kept by a file that keep writes, and then holds both", async () => {
    const kept = await run("keep", "edge-agent");
    expect(kept.code, kept.stderr).to.equal(0);
    const { directory } = running.project;
    const text = readFileSync(join(directory, "statements/edge-agent.json"), "utf8");
    expect(JSON.parse(text)).to.deep.equal([CI, LAMBDA]);
    const settings = readFileSync(join(directory, "Pulumi.dev.yaml"), "utf8");
    expect(settings).to.include("# the one that everyone has");
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    const document = await held("edge-agent");
    expect(document?.Id).to.match(/^ecr-customers\/[^/]+\/dev\/[0-9a-f]{12}$/);
    expect(document?.Statement.slice(1)).to.deep.equal([CI, LAMBDA]);
    expect(document?.Statement[0]?.Sid).to.equal("Pull");
  });

  it("keeps what was added by hand later, names it and exits with 1, and still revokes", async () => {
    const document = await held("sdk");
    await byHand("sdk", { ...document, Statement: [...(document?.Statement ?? []), CI] });
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    const { code, stderr, stdout } = await run("up", "--yes", "--allow-revocations", "1");
    expect(code, stdout).to.equal(1);
    expect(stderr).to.include("Statements of others that no file declares; this update keeps them");
    expect(stderr).to.include("AWS account 555555555555 may ecr:BatchGetImage and ecr:PutImage");
    expect(stderr).to.include("keep sdk");
    expect((await held("sdk"))?.Statement).to.deep.equal([CI]);
  });

  it("loses what was added by hand when an operator says so for one run", async () => {
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent, sdk]\n");
    const { code, stderr } = await run("up", "--yes", "--allow-foreign-revocations", "1");
    expect(code, stderr).to.equal(0);
    expect((await held("sdk"))?.Statement.map(({ Sid }) => Sid)).to.deep.equal(["Pull"]);
  });

  it("that someone changes between the plan and the write is not written, which is named; the next run keeps it", async () => {
    running.project.write("umbrella", "name: Umbrella\nrepositories: [sdk]\n");
    const document = await held("sdk");
    const changed = { ...document, Statement: [...(document?.Statement ?? []), CI] };
    // The policy is written after the user that it is to name.
    running.sandbox.front.faults.atCall(1, () => byHand("sdk", changed), "CreateUser");
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(1);
    expect(stderr).to.include("others have changed this policy since the preview");
    expect(stderr).to.include("AWS account 555555555555");
    expect((await held("sdk"))?.Statement).to.deep.equal(changed.Statement);
    const next = await run("up", "--yes");
    expect(next.code, next.stderr).to.equal(1);
    expect(next.stderr).to.include("Statements of others that no file declares");
    const after = await held("sdk");
    expect(after?.Statement.map(({ Sid }) => Sid)).to.deep.equal(["Pull", "CiPush"]);
    expect(JSON.stringify(after)).to.include("customers/umbrella");
    running.project.remove("umbrella");
    expect((await run("up", "--yes", "--allow-foreign-revocations", "1")).code).to.equal(0);
  });

  it("is not written by plain pulumi up while others have something in it", async function () {
    // Pulumi's host of Node programs ends a minute after a program that fails.
    this.timeout(300_000);
    completeProject(running.project);
    const document = await held("sdk");
    await byHand("sdk", { ...document, Statement: [...(document?.Statement ?? []), CI] });
    running.project.write("globex", "name: Globex\nrepositories: [sdk]\n");
    const { code, output } = await pulumiByHand(running, ["up", "--yes", "--skip-preview"]);
    expect(code, output).to.equal(1);
    expect(output).to.include("sdk in eu-central-1 has statements that no file declares");
    expect((await held("sdk"))?.Statement.map(({ Sid }) => Sid)).to.deep.equal(["Pull", "CiPush"]);
  });

  it("is not deleted by plain pulumi up with its repository's settings while others have something in it", async function () {
    this.timeout(300_000);
    const file = join(running.project.directory, "Pulumi.dev.yaml");
    const settings = readFileSync(file, "utf8");
    const before = await held("sdk");
    running.project.remove("globex");
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    writeFileSync(file, settings.replace(/^ +sdk:.*\n/m, ""));
    const { code, output } = await pulumiByHand(running, ["up", "--yes", "--skip-preview"]);
    writeFileSync(file, settings);
    expect(code, output).to.equal(1);
    expect(output).to.include("sdk is no longer in the settings, and its policy in eu-central-1");
    expect(output).to.include("AWS account 555555555555");
    expect(await held("sdk")).to.deep.equal(before);
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent, sdk]\n");
    running.project.write("globex", "name: Globex\nrepositories: [sdk]\n");
    expect((await run("up", "--yes", "--allow-foreign-revocations", "1")).code).to.equal(0);
  });

  it("of another stack is never overwritten without an operator's word for that run", async () => {
    const document = await held("sdk");
    const Id = document?.Id?.replace("/dev/", "/prod/");
    await byHand("sdk", { ...document, Id });
    running.project.write("hooli", "name: Hooli\nrepositories: [sdk]\n");
    const refused = await run("up", "--yes");
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.include("the policy of sdk belongs to stack prod");
    expect((await held("sdk"))?.Id).to.equal(Id);
    const taken = await run("up", "--yes", "--take-over", "sdk");
    expect(taken.code, taken.stderr).to.equal(0);
    expect((await held("sdk"))?.Id).to.match(/\/dev\//);
  });

  it("is declared by a file that says what is wrong with it", async () => {
    const file = join(running.project.directory, "statements/edge-agent.json");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, JSON.stringify([{ ...CI, Resource: "*" }]));
    const { code, stderr } = await run("validate");
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /statements\/edge-agent\.json:1:\d+ {2}\[0\]\.Resource: expected no `Resource`/,
    );
    writeFileSync(file, before);
  });
});
