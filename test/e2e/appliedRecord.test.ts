/**
 * Proves that the record which the next preview compares with holds what an update has applied: after one Ctrl-C
 * in a first deployment, and after a grant that ECR has refused, with one stack and with several cells. What is
 * left is shown as after an undisturbed run.
 */
import { expect } from "chai";
import { expectAsFilesSay } from "./support/expectations";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const ONE_STACK = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const CELLS = ONE_STACK.replace(
  "  ecr-customers:repositories:",
  "  ecr-customers:cells: 2\n  ecr-customers:repositories:",
);
const IDS = Array.from({ length: 8 }, (_, at) => `customer-${at + 1}`);
/** Some users and keys are created by then, and no policy. */
const MIDDLE = 14;

for (const [what, settings] of [
  ["one stack", ONE_STACK],
  ["several cells", CELLS],
] as const) {
  describe(`the record of an update of ${what}`, function () {
    const running = withSandbox(this, settings);
    this.timeout(240_000);
    const run = (...argv: string[]) => customersScript(running, argv);

    it("of a first deployment that was interrupted names only users and keys that were created", async () => {
      for (const id of IDS) running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
      let interrupt = () => {};
      running.sandbox.front.faults.atCall(MIDDLE, () => interrupt());
      const stopped = await customersScript(running, ["up", "--yes"], {
        withInterrupt: (given) => (interrupt = given),
      });
      running.sandbox.front.faults.clear();
      expect(stopped.code, stopped.stderr).to.equal(1);
      expect(stopped.stdout).not.to.contain("to hand over");

      const preview = await run("preview");
      for (const id of IDS)
        expect(preview.stdout).to.match(new RegExp(`${id} +new, gains edge-agent`));
      const finished = await run("up", "--yes");
      expect(finished.code, finished.stderr).to.equal(0);
      expect(finished.stderr).not.to.contain("Deleted in AWS by hand");
      expect(finished.stdout).to.contain(`${IDS.length} new keys to hand over`);
      await expectAsFilesSay(running);
      expect((await run("up", "--yes")).stdout).to.match(/Nothing to do\.\n$/);
    });

    it("does not hold a grant that ECR has refused, so taking it back is no loss", async () => {
      running.project.settings(`${settings}    telemetry: {}\n`);
      running.project.write("globex", "name: Globex\nrepositories: [telemetry]\n");
      running.project.write("hooli", "name: Hooli\nrepositories: [edge-agent]\n");
      const failed = await run("up", "--yes");
      expect(failed.code).to.equal(1);
      expect(failed.stderr).to.contain("RepositoryNotFound");
      // Only the key that opens something is listed.
      expect(failed.stdout).to.contain("handover hooli");
      expect(failed.stdout).not.to.contain("handover globex");

      const preview = await run("preview");
      expect(preview.stdout).to.match(/globex +new, gains telemetry/);
      expect(preview.stdout).not.to.contain("hooli");
      // A repository of the settings that AWS does not have would be a finding.
      running.project.settings(settings);
      running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
      const changed = await run("up", "--yes");
      expect(changed.code, changed.stderr).to.equal(0);
      expect(changed.stdout).to.match(/globex +new, gains edge-agent/);
      expect(changed.stdout).not.to.contain("LOSES");
      expect(changed.stdout).to.contain("handover globex");
      expect((await run("up", "--yes")).stdout).to.match(/Nothing to do\.\n$/);
    });
  });
}
