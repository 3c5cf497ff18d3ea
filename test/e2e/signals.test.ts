/**
 * Proves that SIGTERM, SIGHUP, a closed pipe and a killed script stop the engine like one Ctrl-C: afterwards no
 * engine runs, no lock and no temporary file is left, and the next `up` finishes. The script runs as a process of
 * its own.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deviations, readBack } from "../../automation/update/readBack";
import { customersScript } from "./support/customersScript";
import { alive, descendantsOf, type Process } from "./support/processes";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const UP = ["up", "--yes", "--stack", "dev"];
/** A write in the middle of an update of two customers. */
const MIDDLE = 3;

describe("an interrupted script", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const temporary = mkdtempSync(join(tmpdir(), "signals-"));
  let added = 0;

  beforeEach(() => addCustomers());
  afterEach(() => running.sandbox.front.faults.clear());
  after(() => rmSync(temporary, { recursive: true, force: true }));

  function addCustomers(): void {
    for (let count = 0; count < 2; count++) {
      added += 1;
      running.project.write(`customer-${added}`, "name: Customer\nrepositories: [edge-agent]\n");
    }
  }

  function start(argv: readonly string[] = UP) {
    const { directory: cwd, environment } = running.project;
    return startScript(argv, { cwd, environment: { ...environment, TMPDIR: temporary } });
  }

  /** At a write in the middle of the next update. @returns what the script has started by then. */
  function inTheMiddle(pid: number | undefined, act: () => void): Process[] {
    const started: Process[] = [];
    running.sandbox.front.faults.atCall(MIDDLE, () => {
      started.push(...descendantsOf(pid ?? NaN));
      act();
    });
    return started;
  }

  async function expectNothingLeft(started: readonly Process[]): Promise<void> {
    expect(started.filter(isEngine)).not.to.deep.equal([]);
    const deadline = Date.now() + 60_000;
    while (alive(started).length > 0 && Date.now() < deadline) await pause(200);
    expect(alive(started)).to.deep.equal([]);
    const { stdout } = await customersScript(running, ["unlock"]);
    expect(stdout).to.equal("Stack dev is not locked.\n");
  }

  /** @returns what the next `up` prints, which finishes the interrupted one. */
  async function expectFinished(): Promise<string> {
    running.sandbox.front.faults.clear();
    const finished = await customersScript(running, ["up", "--yes"], {
      environment: { TMPDIR: temporary },
    });
    expect(finished.code, finished.stderr).to.equal(0);
    const input = running.project.load();
    expect(deviations(await readBack(running.sandbox.view, input), input)).to.deep.equal([]);
    return finished.stdout;
  }

  function temporaryFolders(): string[] {
    return readdirSync(temporary).filter((name) => /^(ecr-customers|automation-logs)-/.test(name));
  }

  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    it(`stops gracefully after ${signal} and lists what is pending`, async () => {
      const { child, end } = start();
      const started = inTheMiddle(child.pid, () => void child.kill(signal));
      const { code, written } = await end;
      expect(code, written).to.equal(1);
      expect(written).to.contain(`Stopping after ${signal}: the engine completes`);
      expect(written).to.match(/^Error: the run was cancelled$/m);
      expect(written).to.match(/^Pending: .*(customer-|edge-agent)/m);
      await expectNothingLeft(started);
      expect(temporaryFolders()).to.deep.equal([]);
      await expectFinished();
    });
  }

  it("changes nothing when the reader of the plan goes away, as in `up | head -1`", async () => {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const { child, end } = start();
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { code, written } = await end;
    expect([code, journal.writes() - before], written).to.deep.equal([1, 0]);
    expect(written).to.contain("Stopping, because the output is no longer read: ");
    expect(written).to.match(/^Pending: .*(customer-|edge-agent)/m);
    await expectFinished();
  });

  it("of a command without the engine ends as usual when its reader goes away", async () => {
    const { child, end } = start(["access", "--stack", "dev"]);
    child.stdout?.destroy();
    expect(await end).to.deep.include({ code: 0, signal: null, written: "" });
  });

  it("that is killed leaves no engine, no lock and no files", async () => {
    const { child, end } = start();
    const started = inTheMiddle(child.pid, () => void child.kill("SIGKILL"));
    expect((await end).signal).to.equal("SIGKILL");
    await expectNothingLeft(started);
    await expectFinished();
    expect(temporaryFolders()).to.deep.equal([]);
  });
});

function isEngine({ command }: Process): boolean {
  return /pulumi --non-interactive (up|preview) .*--stack dev/.test(command);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
