/**
 * Proves that an update of several cells can be interrupted in any of its parts and loses nothing: one Ctrl-C stops
 * all cells gracefully, two stop them at once, and the next run recovers from a killed worker, a killed engine of
 * one cell and a killed script. Afterwards AWS matches the files, and no key exists twice. Each kill happens at one
 * moment in the middle of the writes; killed.test.ts kills one stack at several writes.
 */
import { expect } from "chai";
import { cellOf } from "../../src/access/cells";
import { expectAsFilesSay } from "./support/expectations";
import { customersScript } from "./support/customersScript";
import { alive, descendantsOf, type Process } from "./support/processes";
import { startScript } from "./support/scriptProcess";
import { withSandbox } from "./support/withSandbox";

const CELLS = 3;
const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:cells: ${CELLS}
  ecr-customers:repositories:
    edge-agent: {}
`;
/** Customers that each test adds to every cell. */
const MORE = 3;
/** In the middle of their users, keys and memberships. */
const MIDDLE = 12;

describe("an interrupted update of several cells", function () {
  const running = withSandbox(this, SETTINGS);
  // Each update starts several engines.
  this.timeout(240_000);
  const run = (...argv: string[]) => customersScript(running, argv);
  let added = 0;

  before(async () => {
    addCustomers();
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
  });

  afterEach(() => running.sandbox.front.faults.clear());

  function addCustomers(): string[] {
    const ids: string[] = [];
    const room = Array<number>(CELLS).fill(MORE);
    while (room.some((left) => left > 0)) {
      const id = `customer-${(added += 1)}`;
      const left = room[cellOf(id, CELLS)] ?? 0;
      if (left === 0) continue;
      room[cellOf(id, CELLS)] = left - 1;
      running.project.write(id, `name: ${id}\nrepositories: [edge-agent]\n`);
      ids.push(id);
    }
    return ids;
  }

  /** Removes the locks that a killed run has left, finishes its update and compares AWS with the files. */
  async function finish(): Promise<void> {
    await run("unlock", "--force");
    const healed = await run("up", "--yes");
    expect(healed.code, healed.stderr).to.equal(0);
    await expectAsFilesSay(running);
    expect((await run("up", "--yes")).stdout).to.match(/Nothing to do\.\n$/);
  }

  it("stops in all cells after one Ctrl-C, leaves no lock and lists what is pending", async () => {
    addCustomers();
    let interrupt = () => {};
    running.sandbox.front.faults.atCall(MIDDLE, () => interrupt());
    const ended = await customersScript(running, ["up", "--yes"], {
      withInterrupt: (given) => (interrupt = given),
    });
    expect(ended.code).to.equal(1);
    expect(ended.stderr).to.contain(
      "Stopping: the engine completes the operations that it has started.",
    );
    expect(ended.stderr).to.match(/^Error: the run was cancelled/m);
    expect(ended.stderr).to.match(/^Pending: .*customer-/m);
    expect(engines()).to.deep.equal([]);
    expect((await run("unlock")).stdout).to.equal("Stack dev is not locked.\n");
    await finish();
  });

  it("stops at once in all cells after two Ctrl-C, and leaves no lock", async () => {
    addCustomers();
    let interrupt = () => {};
    const { faults } = running.sandbox.front;
    faults.atCall(MIDDLE, async () => {
      // A network that does not answer: only the second one ends the engines.
      faults.stopAnswering();
      interrupt();
      await pause();
      await pause();
      interrupt();
    });
    const ended = await customersScript(running, ["up", "--yes"], {
      withInterrupt: (given) => (interrupt = given),
    });
    expect([ended.code, /Stopping at once/.test(ended.stderr)]).to.deep.equal([1, true]);
    faults.clear();
    expect(engines()).to.deep.equal([]);
    expect((await run("unlock")).stdout).to.equal("Stack dev is not locked.\n");
    await finish();
  });

  it("leaves locks of cells whose engines are killed, which `unlock` shows and removes", async () => {
    addCustomers();
    running.sandbox.front.faults.atCall(MIDDLE, async () => {
      for (const { pid } of engines()) process.kill(pid, "SIGKILL");
      await pause();
    });
    expect((await run("up", "--yes")).code).to.equal(1);
    const shown = await run("unlock");
    expect(shown.code).to.equal(2);
    expect(shown.stdout).to.match(/^Stack dev-c0\d is locked by \S+ \(pid \d+\), for /m);
    expect((await run("up", "--yes")).stderr).to.match(/another run holds this stack's lock/);
    const removed = await run("unlock", "--force");
    expect([
      removed.code,
      /removed\. `npm run customers -- up` finishes/.test(removed.stdout),
    ]).to.deep.equal([0, true]);
    await finish();
  });

  it("finishes the other cells when one cell's worker is killed", async () => {
    const ids = addCustomers();
    running.sandbox.front.faults.atCall(MIDDLE, async () => {
      // Its engine's parent.
      const [engine] = engines();
      process.kill(engine?.parent ?? NaN, "SIGKILL");
      await pause();
    });
    const ended = await run("up", "--yes");
    expect(ended.code).to.equal(1);
    const [, lost] = /the process that ran dev-c0(\d) was killed/.exec(ended.stderr) ?? [];
    expect(lost, ended.stderr).not.to.equal(undefined);
    await expectUsers(ids.filter((id) => cellOf(id, CELLS) !== Number(lost)));
    await finish();
  });

  it("finishes the other cells when one cell's engine is killed", async () => {
    const ids = addCustomers();
    let lost: string | undefined;
    running.sandbox.front.faults.atCall(MIDDLE, async () => {
      const [engine] = engines();
      lost = /--stack dev-c0(\d)/.exec(engine?.command ?? "")?.[1];
      process.kill(engine?.pid ?? NaN, "SIGKILL");
      await pause();
    });
    const ended = await run("up", "--yes");
    expect(ended.code).to.equal(1);
    expect(lost).not.to.equal(undefined);
    await expectUsers(ids.filter((id) => cellOf(id, CELLS) !== Number(lost)));
    await finish();
  });

  it("stops gracefully in all cells when the script itself is killed", async () => {
    addCustomers();
    const { directory: cwd, environment } = running.project;
    const { child, end } = startScript(["up", "--yes", "--stack", "dev"], { cwd, environment });
    let left: Process[] = [];
    running.sandbox.front.faults.atCall(MIDDLE, () => {
      left = descendantsOf(child.pid ?? NaN);
      child.kill("SIGKILL");
    });
    expect((await end).signal).to.equal("SIGKILL");
    expect(left.filter(isEngine)).not.to.deep.equal([]);
    const deadline = Date.now() + 60_000;
    while (alive(left).length > 0 && Date.now() < deadline) await pause();
    expect(alive(left)).to.deep.equal([]);
    await finish();
  });

  async function expectUsers(ids: readonly string[]): Promise<void> {
    expect(ids).not.to.deep.equal([]);
    const names = (await running.sandbox.view.listUsers()).map(({ name }) => name);
    expect(names).to.include.members([...ids]);
  }
});

/** The engine of a cell's update. */
function isEngine({ command }: Process): boolean {
  return /pulumi --non-interactive up .*--stack dev-c0\d/.test(command);
}

/** Engines that this suite's script has started, in this process. */
function engines(): Process[] {
  return descendantsOf(process.pid).filter(isEngine);
}

/** Long enough for a signal to be noticed elsewhere. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500));
}
