/**
 * Proves that a stack whose state is lost is taken over by three commands: `stack init`, `adopt --existing --write` and
 * `up`, under its own name and, with `--take-over`, under another one. Users, their ids and their keys stay, and AWS holds what the files say. Does not prove that secrets come back: they
 * were in the state only.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    dashboard: { create: true }
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

  it("is made again under another stack's name, which takes the policies over", async function () {
    this.timeout(180_000);
    const { project, sandbox } = running;
    const before = await sandbox.view.users();
    expect(before).to.have.length(2);
    const { directory: cwd, environment: env } = project;
    rmSync(join(cwd, "state"), { recursive: true });
    mkdirSync(join(cwd, "state"));
    // As after the stack was renamed: the files know the users already, from the adoption before.
    renameSync(join(cwd, "Pulumi.dev.yaml"), join(cwd, "Pulumi.live.yaml"));
    const { executable } = sandbox.engine;
    execFileSync(executable, ["stack", "init", "live", "--non-interactive"], {
      ...{ cwd, env, stdio: "pipe" },
    });
    const adopted = await customersScript(running, [
      ...["adopt", "--existing", "--write", "--stack", "live"],
    ]);
    expect(adopted.code, adopted.stdout + adopted.stderr).to.equal(0);

    const refused = await customersScript(running, ["up", "--yes", "--stack", "live"]);
    expect(refused.code, refused.stdout + refused.stderr).to.equal(2);
    expect(refused.stderr).to.contain("--take-over edge-agent");
    expect(await sandbox.view.repositoryPolicy("edge-agent"))
      .to.have.property("Id")
      .that.contains("/dev/");

    const up = ["up", "--yes", "--stack", "live", "--take-over", "edge-agent"];
    const taken = await customersScript(running, up);
    expect(taken.code, taken.stdout + taken.stderr).to.equal(0);
    const policy = await sandbox.view.repositoryPolicy("edge-agent");
    expect(policy).to.have.property("Id").that.contains("/live/");
    const after = await sandbox.view.users();
    const idsOf = (users: typeof after) =>
      users.map(({ name, uniqueId, keys }) => [name, uniqueId, keys]);
    expect(idsOf(after)).to.deep.equal(idsOf(before));
    const drift = await customersScript(running, ["drift", "--stack", "live"]);
    expect(drift.code, drift.stdout + drift.stderr).to.equal(0);
  });
});
