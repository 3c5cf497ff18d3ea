/**
 * Proves the way to adopt customers of a stack with several cells: an update refuses it before it writes, one stack adopts, and
 * the customers are spread over cells afterwards without a write to AWS. Judged by AWS and by a pull with the old key.
 */
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
});
