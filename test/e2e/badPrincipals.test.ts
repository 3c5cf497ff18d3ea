/**
 * Proves that a principal which ECR refuses (an AWS account that was closed, or whose number is
 * mistyped) keeps no one else's grant or revocation waiting: the policy is written without it, its
 * customer is named, and the run exits with 1. Judged by what AWS holds afterwards.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;
const CLOSED = "444444444444";
const OPEN = "555555555555";

describe("a principal that ECR refuses", function () {
  const running = withSandbox(this, SETTINGS);
  const up = () => customersScript(running, ["up", "--yes", "--allow-revocations", "9"]);

  /** ARNs that the policy of `edge-agent` names. */
  async function named(): Promise<string[]> {
    const policy = (await running.sandbox.view.repositoryPolicy("edge-agent")) as
      { Statement: { Principal: { AWS: string[] } }[] } | undefined;
    return (policy?.Statement[0]?.Principal.AWS ?? []).map((arn) =>
      arn.slice(arn.lastIndexOf("/") + 1),
    );
  }
  const root = (account: string) => `arn:aws:iam::${account}:root`;

  before(async () => {
    const { project } = running;
    project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    project.write("open", `name: Open\nrepositories: [edge-agent]\nawsAccount: "${OPEN}"\n`);
    const { code, stderr } = await up();
    expect(code, stderr).to.equal(0);
  });

  it("is left out of a first grant; others gain and lose in the same run, and it is named", async () => {
    const { project, sandbox } = running;
    sandbox.front.otherAccounts.remove(CLOSED);
    project.write(
      "typo",
      `name: Typo\nrepositories: [edge-agent, orchestrator]\nawsAccount: "${CLOSED}"\n`,
    );
    project.write("initech", "name: Initech\nrepositories: [edge-agent]\n");
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\nstatus: suspended\n");
    const { code, stderr } = await up();
    expect(code).to.equal(1);
    expect(stderr).to.include(
      `typo: ECR refuses ${root(CLOSED)} in the policy of edge-agent: the account was closed, or its number is mistyped.`,
    );
    expect(stderr).not.to.match(/^ {2}(acme|initech|open|globex): /m);
    expect(await named()).to.have.members(["acme", "initech", root(OPEN)]);
  });

  it("has no access on record, so removing its file again counts as no loss", async () => {
    const { project } = running;
    const preview = await customersScript(running, ["preview"]);
    expect(preview.stdout).to.match(/typo +new, gains edge-agent, orchestrator/);
    project.remove("typo");
    const { code, stderr, stdout } = await up();
    expect(code, stderr).to.equal(0);
    expect(stdout).not.to.match(/typo +LOSES/);
  });

  it("does not keep the revocation of another account's customer waiting", async () => {
    const { project, sandbox } = running;
    project.write("late", `name: Late\nrepositories: [edge-agent]\nawsAccount: "666666666666"\n`);
    const given = await up();
    expect(given.code, given.stderr).to.equal(0);
    expect(await named()).to.include(root("666666666666"));
    // Closed since: AWS holds its name, and would not accept it again.
    sandbox.front.otherAccounts.remove("666666666666");
    project.write(
      "open",
      `name: Open\nrepositories: [edge-agent]\nawsAccount: "${OPEN}"\nstatus: suspended\n`,
    );
    const { code, stderr } = await up();
    expect(code).to.equal(1);
    expect(stderr).to.include(`late: ECR refuses ${root("666666666666")}`);
    expect(await named()).to.have.members(["acme", "initech"]);
  });

  it("that is a role of a customer that moves costs it neither its key nor its other role", async () => {
    const { project, sandbox } = running;
    const role = (name: string) => `arn:aws:iam::777777777777:role/ci/${name}`;
    sandbox.front.otherAccounts.remove(role("gone"));
    const identity = `{ key: true, account: "777777777777", roles: [ci/gone, ci/puller] }`;
    project.write("acme", `name: Acme\nrepositories: [edge-agent]\nidentity: ${identity}\n`);
    project.remove("late");
    const { code, stderr } = await up();
    expect(code).to.equal(1);
    expect(stderr).to.include(
      `acme: ECR refuses ${role("gone")} in the policy of edge-agent: the role does not exist, or its name is mistyped.`,
    );
    expect(await named()).to.have.members(["acme", "puller", "initech"]);
    const again = await customersScript(running, ["preview"]);
    expect(again.stdout).to.match(
      /acme +pulls as user acme, role ci\/gone of .* and role ci\/puller of/,
    );
    project.write(
      "acme",
      `name: Acme\nrepositories: [edge-agent]\nidentity: { account: "777777777777", roles: [ci/puller] }\n`,
    );
    const moved = await up();
    expect(moved.code, moved.stderr).to.equal(0);
    expect(moved.stdout + moved.stderr).to.match(/acme +LOSES its access as user acme/);
    expect(await named()).to.have.members(["puller", "initech"]);
    expect((await customersScript(running, ["drift"])).code).to.equal(0);
  });
});
