/**
 * Proves that `resume --new-user` replaces the user of a stack that a version without `user:` has written. Its
 * state holds no replacement trigger, and Pulumi takes the first one for no change: the revocation would be lifted
 * from the user that a leaked key belongs to, or the customer would stay revoked. Judged by AWS.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const REVOKED = "2026-11-23T12:00:00Z";
const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

for (const [layout, settings] of [
  ["one stack", SETTINGS],
  ["cells", `${SETTINGS}  ecr-customers:cells: 2\n`],
] as const) {
  describe(`a new user in ${layout} without a replacement trigger`, function () {
    const running = withSandbox(this, settings);
    const run = (argv: string) =>
      customersScript(running, argv.split(" "), { now: new Date(REVOKED) });
    const user = () => running.sandbox.view.user("acme");

    before(async () => {
      for (const id of ["acme", "globex"]) {
        running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
      }
      for (const argv of ["up --yes", "revoke acme --now", "up --yes"]) {
        const { code, stdout, stderr } = await run(argv);
        expect(code, argv + stdout + stderr).to.equal(0);
      }
      const without = await running.project.editUsers(({ replacementTrigger, ...user }) => {
        expect(replacementTrigger).to.equal(1);
        return user;
      });
      expect(without).to.equal(2);
    });

    it("is previewed as a replacement, replaces the user once, and gives access back at once", async () => {
      const [before, other] = [await user(), await running.sandbox.view.user("globex")];
      const resumed = await run("resume acme --new-user");
      expect(resumed.code, resumed.stderr).to.equal(0);
      const preview = await run("preview --json");
      const { resources } = JSON.parse(preview.stdout) as {
        resources: { type: string; name: string; change: string }[];
      };
      const replaced = resources.filter(({ change }) => change === "replace");
      expect(replaced.map(({ type, name }) => [type, name])).to.deep.include([
        "aws:iam/user:User",
        "acme",
      ]);
      // A new customer and one that ends: the update revokes first, in a run before the one that grants.
      running.project.write("initech", "name: initech\nrepositories: [edge-agent]\n");
      running.project.write(
        "globex",
        "name: globex\nrepositories: [edge-agent]\nstatus: suspended\n",
      );
      running.sandbox.front.journal.reset();
      const { code, stdout, stderr } = await run("up --yes");
      expect(code, stdout + stderr).to.equal(0);
      const after = await user();
      expect(after.uniqueId).not.to.equal(before.uniqueId);
      expect(after.inlinePolicies).to.deep.equal({});
      expect(Object.values(after.keys)).to.deep.equal(["Active"]);
      expect(Object.keys(before.keys)).not.to.include(Object.keys(after.keys)[0]);
      expect((await running.sandbox.view.user("globex")).uniqueId).to.equal(other.uniqueId);
      const created = running.sandbox.front.journal.calls("CreateUser");
      expect(created.map(({ parameters }) => parameters["UserName"]).sort()).to.deep.equal([
        "acme",
        "initech",
      ]);
      const again = await run("preview --refresh --expect-no-changes");
      expect(again.code, again.stdout).to.equal(0);
    });
  });
}
