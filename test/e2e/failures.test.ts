/**
 * Proves that one thing that fails (a missing repository, a user that AWS refuses) stops
 * neither the other customers nor the end of a customer's access, that the run says what failed,
 * and that the next run finishes the job.
 */
import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { deploy, expectNothingToDo } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;

describe("a failure", function () {
  const running = withSandbox(this, SETTINGS);

  before(async () => {
    for (const id of ["acme", "globex", "hooli"]) {
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
    running.project.remove("hooli");
    await deploy(running);
  });

  async function pullers(repository: string): Promise<string[]> {
    const policy = (await running.sandbox.view.repositoryPolicy(repository)) as
      { Statement: { Principal: { AWS: string[] } }[] } | undefined;
    const arns = policy?.Statement[0]?.Principal.AWS ?? [];
    return arns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1));
  }

  it("of one customer's user affects neither the others' access nor a revocation", async () => {
    const { front, view } = running.sandbox;
    front.faults.failCall({
      action: "CreateUser",
      userName: "hooli",
      times: Infinity,
      error: {
        code: "LimitExceeded",
        message: "Cannot exceed quota for UsersPerAccount",
        status: 409,
      },
    });
    running.project.write("hooli", "name: Hooli\nrepositories: [edge-agent, orchestrator]\n");
    running.project.write("initech", "name: Initech\nrepositories: [edge-agent]\n");
    running.project.write("acme", "name: acme\nrepositories: [edge-agent]\nstatus: suspended\n");
    const run = await running.project.update();
    expect(run.error?.kind).to.equal("resources");
    expect(run.failures.map(({ name }) => name)).to.include("hooli");
    expect(run.failures.map(({ message }) => message).join()).to.contain("UsersPerAccount");
    expect(await pullers("edge-agent")).to.deep.equal(["globex", "initech"]);
    const acme = await view.user("acme");
    expect(Object.values(acme.keys)).to.deep.equal(["Inactive"]);
    expect(Object.keys(acme.inlinePolicies)).to.deep.equal(["ecr-customers-end"]);

    front.faults.clear();
    await deploy(running);
    expect(await pullers("edge-agent")).to.deep.equal(["globex", "hooli", "initech"]);
    await expectNothingToDo(running);
  });

  it("because of the wrong account stops everything before the first write", async () => {
    running.project.settings(SETTINGS.replace("123456789012", "210987654321"));
    const before = running.sandbox.front.journal.writes();
    const run = await running.project.update();
    expect(run.error?.kind).to.equal("wrongAccount");
    expect(running.sandbox.front.journal.writes()).to.equal(before);
    running.project.settings(SETTINGS);
    await deploy(running);
  });

  it("because of a missing repository does not affect the other repositories", async () => {
    running.project.settings(SETTINGS + "    telemetry: {}\n");
    running.project.write("globex", "name: globex\nrepositories: [edge-agent, telemetry]\n");
    running.project.write("acme", "name: acme\nrepositories: [edge-agent]\n");
    const run = await running.project.update();
    expect(run.error?.kind).to.equal("resources");
    expect(run.failures.map(({ name }) => name)).to.deep.equal(["telemetry@eu-central-1"]);
    expect(run.failures[0]?.message).to.contain("RepositoryNotFound");
    expect(await pullers("edge-agent")).to.deep.equal(["acme", "globex", "hooli", "initech"]);

    const repositoryName = "telemetry";
    await running.sandbox.view.ecr.send(new CreateRepositoryCommand({ repositoryName }));
    await deploy(running);
    await expectNothingToDo(running);
  });
});
