/**
 * Proves the way to adopt customers of a stack with several cells: an update refuses it before it writes, one stack adopts, and
 * the customers are spread over cells afterwards without a write to AWS. A lost state of all cells is made again
 * in the same way. Judged by AWS and by a pull with the old key.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { signedPull } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { adoptedFile, plantUser } from "./support/plantedUsers";
import { withSandbox } from "./support/withSandbox";

const settings = (cells: number) => `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:cells: ${cells}
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("an adoption by a stack with cells", function () {
  const running = withSandbox(this, settings(2));
  this.timeout(240_000);

  it("is refused, and possible before the customers are spread over cells", async () => {
    const { project, sandbox } = running;
    const { journal } = sandbox.front;
    const planted = await plantUser(running, { name: "acme", path: "/a/", inlinePull: true });
    project.write("acme", adoptedFile(planted, ["edge-agent"]));
    const script = async (...argv: string[]) => {
      const { code, stdout, stderr } = await customersScript(running, argv);
      return { code, written: stdout + stderr };
    };
    const before = journal.writes();
    const refused = await script("up", "--yes");
    expect(refused.code, refused.written).to.equal(1);
    expect(refused.written).to.contain("acme adopts a user, and the customers are in 2 cells");
    expect(journal.writes()).to.equal(before);

    project.settings(settings(1));
    const up = await script("up", "--yes");
    expect(up.code, up.written).to.equal(0);
    const writes = journal.writes();
    const moved = await script("cells", "--set", "2");
    expect(moved.code, moved.written).to.equal(0);
    const again = await script("up", "--yes");
    expect(again.code, again.written).to.equal(0);
    expect(journal.writes()).to.equal(writes);
    const [held] = await sandbox.view.users(["acme"]);
    expect(held).to.include({ uniqueId: planted.uniqueId, path: "/customers/" });
    await signedPull(running)(planted.keys[0]!, "edge-agent");
  });

  it("is also the way out after the state of all cells is lost", async () => {
    const { project, sandbox } = running;
    const { directory: cwd, environment: env } = project;
    const script = async (...argv: string[]) => {
      const { code, stdout, stderr } = await customersScript(running, argv);
      return { code, written: stdout + stderr };
    };
    project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    const first = await script("up", "--yes");
    expect(first.code, first.written).to.equal(0);
    const before = await sandbox.view.users();
    const policy = await sandbox.view.repositoryPolicy("edge-agent");
    rmSync(join(cwd, "state"), { recursive: true });
    mkdirSync(join(cwd, "state"));

    project.settings(settings(1));
    execFileSync(sandbox.engine.executable, ["stack", "init", "dev", "--non-interactive"], {
      ...{ cwd, env, stdio: "pipe" },
    });
    const existing = await script("adopt", "--existing", "--write");
    expect(existing.code, existing.written).to.equal(0);
    const up = await script("up", "--yes");
    expect(up.code, up.written).to.equal(0);
    const spread = await script("cells", "--set", "2");
    expect(spread.code, spread.written).to.equal(0);
    const again = await script("up", "--yes");
    expect(again.code, again.written).to.equal(0);
    const idsOf = (users: typeof before) =>
      users.map(({ name, uniqueId, keys }) => [name, uniqueId, keys]);
    expect(idsOf(await sandbox.view.users())).to.deep.equal(idsOf(before));
    expect(await sandbox.view.repositoryPolicy("edge-agent")).to.deep.equal(policy);
  });
});
