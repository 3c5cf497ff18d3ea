/**
 * Proves that a first deployment killed with SIGKILL just as its k-th write reaches AWS is finished
 * by the next run: AWS then holds what the files say, and no key that nobody knows. The program
 * that is killed is the engine, run by hand as `pulumi up`, not this process.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT } from "../../sandbox/paths";
import { changesOf, deploy, expectDone, expectNothingToDo } from "./support/expectations";
import type { SandboxProject } from "./support/sandboxProject";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

/** Makes the test's project one that the engine can run by itself. */
function completeProject(project: SandboxProject): void {
  for (const entry of ["index.ts", "package.json", "src", "tsconfig.json"]) {
    cpSync(join(PROJECT, entry), join(project.directory, entry), { recursive: true });
  }
  symlinkSync(join(PROJECT, "node_modules"), join(project.directory, "node_modules"));
}

/** Process ids of all that a process has started, and they. */
function descendantsOf(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found) {
    found.push(...pairs.filter(([, ppid]) => ppid === parent).map(([child = 0]) => child));
  }
  return found.slice(1);
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

describe("the engine run by hand", function () {
  const running = withSandbox(this, SETTINGS);

  before(() => completeProject(running.project));

  function pulumi(...args: string[]) {
    const { project, sandbox } = running;
    return spawn(sandbox.engine.executable, [...args, "--stack", "dev", "--non-interactive"], {
      cwd: project.directory,
      env: project.environment,
      stdio: "ignore",
    });
  }

  // In the order of the engine's work: the group and the users, keys, memberships, policies.
  for (const write of [1, 4, 8]) {
    it(`and killed at write ${write} is finished by the next run, with no key that nobody knows`, async () => {
      const { project, sandbox } = running;
      project.write("acme", "name: Acme\nrepositories: [edge-agent]\n");
      project.write("globex", "name: Globex\nrepositories: [edge-agent]\nexpires: 2099-01-31\n");
      const engine = pulumi("up", "--yes", "--skip-preview");
      let wasKilled = false;
      let orphans: number[] = [];
      sandbox.front.faults.atCall(write, () => {
        orphans = descendantsOf(engine.pid ?? 0);
        wasKilled = engine.kill("SIGKILL");
      });
      await once(engine, "exit");
      expect(wasKilled).to.equal(true);
      // What the provider had sent when its engine died still reaches AWS. Then end what is left: the
      // program's host does not notice that its engine is gone.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      for (const orphan of orphans) killIfAlive(orphan);

      const recovery = await project.recover();
      expect(recovery?.unknownKeys ?? []).to.deep.equal([]);
      const { users } = await deploy(running);
      expect(users.map(({ name }) => name)).to.deep.equal(["acme", "globex"]);
      await expectNothingToDo(running);

      expectDone(await project.destroy());
      expect(await sandbox.view.users()).to.deep.equal([]);
    });
  }

  it("leaves nothing to do for the script, nor the script for it: they declare the same", async () => {
    running.project.today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
    const [code] = (await once(pulumi("up", "--yes", "--skip-preview"), "exit")) as [number];
    expect(code).to.equal(0);
    const preview = await running.project.preview();
    expectDone(preview);
    expect(changesOf(preview)).to.deep.equal([]);
    await deploy(running);
    const again = pulumi("preview", "--expect-no-changes");
    expect(((await once(again, "exit")) as [number])[0]).to.equal(0);
  });
});
