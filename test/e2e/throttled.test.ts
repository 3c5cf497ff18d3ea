/**
 * Proves what the script does while AWS throttles: a revocation is repeated until AWS shows it, within its time and
 * although STS does not answer; an update gets through at 30 %; at 100 % both end, say what is open, and are
 * finished by the next run. And that a revocation wins against an update which is running and was planned before.
 */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { expectAsFilesSay } from "./support/expectations";
import { customersScript } from "./support/customersScript";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const active = (id: string) => `name: ${id}\nrepositories: [edge-agent]\n`;

describe("a throttled AWS", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);
  const revoked = ["rev-1", "rev-2", "rev-3", "rev-4", "rev-5"];

  before(async () => {
    for (const id of [...revoked, "busy"]) running.project.write(id, active(id));
    running.project.write("busy", `${active("busy")}status: suspended\n`);
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
  });

  async function expectEnded(id: string): Promise<void> {
    const { inlinePolicies, keys } = await running.sandbox.view.user(id);
    expect(Object.keys(inlinePolicies)).to.deep.equal([DENY_POLICY_NAME]);
    expect(new Set(Object.values(keys))).to.deep.equal(new Set(["Inactive"]));
  }

  for (const [at, id] of revoked.slice(0, 3).entries()) {
    it(`at 40 % does not keep a revocation from being done (seed ${at + 1})`, async () => {
      running.sandbox.front.faults.throttle({ ratio: 0.4, seed: at + 1 });
      const { code, stderr } = await run("revoke", id, "--now");
      running.sandbox.front.faults.clear();
      expect(code, stderr).to.equal(0);
      await expectEnded(id);
    });
  }

  it("that does not say whose the credentials are delays no revocation", async () => {
    const { faults } = running.sandbox.front;
    const error = { code: "Throttling", message: "Rate exceeded", status: 400 };
    faults.failCall({ action: "GetCallerIdentity", times: Infinity, error });
    const { code, stderr } = await run("revoke", "rev-4", "--now");
    faults.clear();
    await expectEnded("rev-4");
    expect(stderr).to.contain("AWS did not confirm that the credentials belong to account");
    expect(code).to.equal(1);
  });

  it("at 100 % ends a revocation after its time, which names what is open and writes no more", async () => {
    const { faults, journal } = running.sandbox.front;
    faults.throttle({ ratio: 1 });
    const { code, stderr } = await run("revoke", "rev-5", "--now", "--retry-for", "12");
    expect(code).to.equal(1);
    expect(stderr).to.match(/Not done yet, trying again: denied everything in ECR: AWS throttled/);
    expect(stderr).to.match(
      /^Left to do:\n( {2}.*\n)* {2}denied everything in ECR: AWS throttled/m,
    );
    expect(stderr).to.match(/^ {2}keys listed: AWS throttled/m);
    const attempts = journal.writes();
    faults.clear();
    expect((await running.sandbox.view.user("rev-5")).inlinePolicies).to.deep.equal({});
    const again = await run("revoke", "rev-5", "--now");
    expect(again.code, again.stderr).to.equal(0);
    await expectEnded("rev-5");
    // The deny and one key: nothing that was given up came later.
    expect(journal.writes() - attempts).to.equal(2);
  });

  it("at 30 % slows an update down, which completes", async () => {
    running.sandbox.front.faults.throttle({ ratio: 0.3, seed: 7 });
    running.project.write("new-1", active("new-1"));
    running.project.write("new-2", active("new-2"));
    const { code, stderr } = await run("up", "--yes", "--allow-revocations", "9");
    running.sandbox.front.faults.clear();
    expect(code, stderr).to.equal(0);
    await expectAsFilesSay(running);
  });

  it("at 100 % ends an update within its deadline, which the next one finishes", async () => {
    running.project.write("new-3", active("new-3"));
    running.sandbox.front.faults.throttle({ ratio: 1 });
    const { code, stderr } = await run("up", "--yes", "--stall-timeout", "30");
    const { faults, journal } = running.sandbox.front;
    const attempts = journal.writes();
    faults.clear();
    // Whatever repeated its calls has ended: nothing is written once AWS answers again.
    await pause(3_000);
    expect(journal.writes()).to.equal(attempts);
    expect(code).to.equal(1);
    expect(stderr).to.match(
      /^Error: (AWS throttled the requests|nothing has progressed for 30 seconds)/m,
    );
    const finished = await run("up", "--yes");
    expect(finished.code, finished.stderr).to.equal(0);
    await running.sandbox.view.user("new-3");
  });

  it("does not matter for a revocation during an update that gives the access back: it wins", async () => {
    const { project, sandbox } = running;
    project.write("busy", active("busy"));
    const { end } = startScript(["up", "--yes", "--stack", "dev"], {
      cwd: project.directory,
      environment: project.environment,
    });
    let revoking: ReturnType<typeof run> | undefined;
    sandbox.front.faults.atCall(1, async () => {
      await new Promise<void>((resolve) => {
        revoking = customersScript(running, ["revoke", "busy", "--now"], {
          onError: (text) => {
            if (text.includes("An update is running")) resolve();
          },
        });
        void revoking.finally(resolve);
      });
    });
    await end;
    const { code, stderr } = await revoking!;
    expect(stderr).to.match(/An update is running \(lock of .*\): access is kept revoked/);
    expect(code, stderr).to.equal(0);
    await expectEnded("busy");
  });
});
