/**
 * Proves that what others were given by hand counts as a loss where an update ends it: principals that were added
 * to our own statement, and statements in the policy of a repository that leaves the catalogue. Judged by what
 * AWS holds.
 */
import { SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: {}
    tool: {}
`;
const PARTNER = "arn:aws:iam::999988887777:root";

interface Document {
  Statement: { Sid?: string; Principal: { AWS: string | string[] } }[];
}

describe("what others were given by hand", function () {
  const running = withSandbox(this, SETTINGS);
  const run = (...argv: string[]) => customersScript(running, argv);

  async function held(repository: string): Promise<Document | undefined> {
    return (await running.sandbox.view.repositoryPolicy(repository)) as Document | undefined;
  }

  async function rewrite(repository: string, change: (document: Document) => void) {
    const document = await held(repository);
    if (document === undefined) throw new Error(`${repository} has no policy`);
    change(document);
    const policyText = JSON.stringify(document);
    const command = new SetRepositoryPolicyCommand({ repositoryName: repository, policyText });
    await running.sandbox.view.ecr.send(command);
  }

  before(async () => {
    running.project.write("acme", "name: Acme\nrepositories: [edge-agent, sdk, tool]\n");
    expect((await run("up", "--yes")).code).to.equal(0);
  });

  it("in our own statement is named by the preview as a loss, and ended by the update within the limit", async () => {
    await rewrite("edge-agent", ({ Statement: [own] }) => {
      if (own !== undefined) own.Principal = { AWS: [own.Principal.AWS, PARTNER].flat() };
    });
    const words = "AWS account 999988887777 may pull, by our own statement";
    const calm = await run("preview");
    expect(calm.stdout).not.to.contain(words);
    // Another customer is granted the repository, so that its policy is written.
    running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    const preview = await run("preview");
    expect(preview.stdout).to.contain(words);
    expect(preview.stdout).to.contain("would LOSE it");
    const { code, stdout, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain(words);
    expect(JSON.stringify(await held("edge-agent"))).not.to.contain("999988887777");
  });

  it("in our own statement never stops a revocation: over the limit it stays in a statement of its own", async () => {
    await rewrite("edge-agent", ({ Statement: [own] }) => {
      if (own !== undefined) own.Principal = { AWS: [own.Principal.AWS, PARTNER].flat() };
    });
    const globex = "name: Globex\nrepositories: [edge-agent]\n";
    running.project.write("globex", `${globex}status: suspended\n`);
    const { code, stdout, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(1);
    expect(stdout).to.contain("AWS account 999988887777 may pull, which no file declares");
    expect(stderr).to.contain(
      "Statements of others that no file declares; this update keeps them:",
    );
    const { Statement = [] } = (await held("edge-agent")) ?? {};
    expect(Statement.map(({ Sid, Principal }) => [Sid, Principal.AWS])).to.deep.equal([
      ["Pull", ["arn:aws:iam::123456789012:user/customers/acme"]],
      [undefined, [PARTNER]],
    ]);
    const removed = await run("up", "--yes", "--allow-foreign-revocations", "1");
    expect(removed.code, removed.stderr).to.equal(0);
    running.project.write("globex", globex);
    expect((await run("up", "--yes", "--allow-foreign-revocations", "1")).code).to.equal(0);
    expect(JSON.stringify(await held("edge-agent"))).not.to.contain("999988887777");
  });

  /** Lets a partner pull a repository by a statement of its own, and removes it from the catalogue. */
  async function leave(repository: string): Promise<void> {
    await rewrite(repository, ({ Statement }) => {
      const [own] = Statement;
      if (own !== undefined)
        Statement.push({ ...own, Sid: "Partner", Principal: { AWS: PARTNER } });
    });
    const repositories = ["edge-agent", "tool"].filter((name) => name !== repository);
    running.project.write("acme", `name: Acme\nrepositories: [${repositories.join(", ")}]\n`);
    const file = join(running.project.directory, "Pulumi.dev.yaml");
    const settings = readFileSync(file, "utf8");
    writeFileSync(file, settings.replace(`    ${repository}: {}\n`, ""));
  }

  it("in a repository that leaves the catalogue stays without our statement, and needs no option", async () => {
    await leave("sdk");
    const preview = await run("preview");
    expect(preview.stdout).to.contain("AWS account 999988887777 may pull, which stays: ");
    expect(preview.stdout).not.to.contain("would LOSE it with the policy");
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    const left = await held("sdk");
    expect(left?.Statement.map(({ Sid }) => Sid)).to.deep.equal(["Partner"]);
    expect(left).not.to.have.property("Id");
    // It is no longer this stack's: nothing is left to do, also after a refresh.
    expect((await run("up", "--yes")).stdout).to.contain("Nothing to do.");
    expect((await run("up", "--yes", "--refresh")).code).to.equal(0);
    expect(await held("sdk")).to.deep.equal(left);
  });

  it("in a repository that leaves the catalogue is deleted with its policy where an option allows it", async () => {
    await leave("tool");
    const refused = await run("up", "--yes", "--allow-foreign-revocations", "0");
    expect(refused.code, refused.stderr).to.equal(2);
    expect(refused.stderr).to.contain(
      "1 principal that no file declares would lose access to tool; tool left the catalogue, so that its policy is deleted",
    );
    expect((await held("tool"))?.Statement.map(({ Sid }) => Sid)).to.deep.equal([
      "Pull",
      "Partner",
    ]);
    const allowed = await run("up", "--yes", "--allow-foreign-revocations", "1");
    expect(allowed.code, allowed.stderr).to.equal(0);
    expect(await held("tool")).to.equal(undefined);
  });
});
