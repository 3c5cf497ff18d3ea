/**
 * Proves that a stack whose state is lost is taken over by three commands: `stack init`, `adopt --existing --write` and
 * `up`. Users, their ids and their keys stay, and AWS holds what the files say. Does not prove that secrets come back: they
 * were in the state only.
 */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("a lost state", function () {
  const running = withSandbox(this, SETTINGS);

  it("is made again from AWS, without a change of anyone's user, key or access", async function () {
    this.timeout(180_000);
    const { project, sandbox } = running;
    for (const id of ["acme", "globex"]) {
      project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
    }
    const first = await customersScript(running, ["up", "--yes"]);
    expect(first.code, first.stdout + first.stderr).to.equal(0);
    const before = await sandbox.view.users();
    const policy = await sandbox.view.repositoryPolicy("edge-agent", "eu-central-1");
    rmSync(join(project.directory, "state"), { recursive: true });
    const { executable } = sandbox.engine;
    const { directory: cwd, environment: env } = project;
    execFileSync(executable, ["stack", "init", "dev", "--non-interactive"], {
      cwd,
      env,
      stdio: "pipe",
    });

    const adopted = await customersScript(running, ["adopt", "--existing", "--write", "--json"]);
    expect(adopted.code, adopted.stdout + adopted.stderr).to.equal(0);
    const { written } = JSON.parse(adopted.stdout) as { written: string[] };
    expect(written).to.have.length(2);

    const second = await customersScript(running, ["up", "--yes"]);
    expect(second.code, second.stdout + second.stderr).to.equal(0);
    const after = await sandbox.view.users();
    const idsOf = (users: typeof after) =>
      users.map(({ name, uniqueId, keys }) => [name, uniqueId, keys]);
    expect(idsOf(after)).to.deep.equal(idsOf(before));
    expect(await sandbox.view.repositoryPolicy("edge-agent", "eu-central-1")).to.deep.equal(policy);
    const drift = await customersScript(running, ["drift"]);
    expect(drift.code, drift.stdout + drift.stderr).to.equal(0);
    const again = await customersScript(running, ["adopt", "--existing", "--write", "--json"]);
    expect((JSON.parse(again.stdout) as { written: string[] }).written).to.deep.equal([]);
  });
});
