/**
 * Proves that whatever interrupts the script stops the engine like one Ctrl-C: SIGTERM, SIGHUP, a closed pipe, a
 * CI runner's cancel, the end of npm, a network that drops. Afterwards no engine runs, no lock and no temporary file is
 * left, and the next `up` finishes. The script runs as a process of its own. During a preview: signalsPreview.test.ts.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { PROJECT } from "../../sandbox/paths";
import { providerKind } from "../../sandbox/prepare";
import { CANCEL_MILLISECONDS, interruptible, SETTINGS, UP } from "./support/interruptible";
import { descendantsOf, type Process } from "./support/processes";
import { withSandbox } from "./support/withSandbox";

/**
 * The creation of the second user in an update of two customers: the policy that names both, and the user's own
 * key, cannot have been started before it is answered.
 */
const MIDDLE = 2;
/** How long that answer takes, so that the engine has noticed the interruption by then. */
const SLOW_MILLISECONDS = 2_000;

describe("an interrupted script", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const script = interruptible(running);
  const { temporary, start, expectNothingLeft, expectFinished, temporaryFolders } = script;

  beforeEach(() => script.addCustomers());
  afterEach(() => running.sandbox.front.faults.clear());

  /** At a write in the middle of the next update. @returns what the script has started by then. */
  function inTheMiddle(pid: number | undefined, act: () => void | Promise<void>): Process[] {
    const started: Process[] = [];
    running.sandbox.front.faults.atCall(MIDDLE, async () => {
      started.push(...descendantsOf(pid ?? NaN));
      await act();
      await pause(SLOW_MILLISECONDS);
    });
    return started;
  }

  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    it(`stops gracefully after ${signal} and lists what is pending`, async () => {
      const { child, end } = start(UP);
      const started = inTheMiddle(child.pid, () => void child.kill(signal));
      const { code, written } = await end;
      expect(code, written).to.equal(1);
      expect(written).to.contain(`Stopping after ${signal}: the engine completes`);
      expect(written).to.match(/^Error: the run was cancelled$/m);
      expect(written).to.match(/^Pending: .*customer-/m);
      await expectNothingLeft(started);
      expect(temporaryFolders()).to.deep.equal([]);
      await expectFinished();
    });
  }

  it("stops gracefully when the reader of its output goes away during an update", async () => {
    const { child, end } = start(UP);
    const started = inTheMiddle(child.pid, () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    expect((await end).code).to.equal(1);
    await expectNothingLeft(started);
    await expectFinished();
  });

  it("changes nothing when no one reads the plan, as in `up | true`", async () => {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const { child, end } = start(UP);
    child.stdout?.destroy();
    const { code, written } = await end;
    expect([code, journal.writes() - before], written).to.deep.equal([1, 0]);
    expect(written).to.contain("Stopping, because the output is no longer read: ");
    expect(written).to.match(/^Pending: .*(customer-|edge-agent)/m);
    await expectFinished();
  });

  it("stops gracefully when its reader has read the plan and goes away, as in `up | head -1`", async () => {
    const { child, end } = start(UP);
    // Its output's end is noticed by the first line of the update, long before this write is done.
    running.sandbox.front.faults.atCall(MIDDLE, () => pause(SLOW_MILLISECONDS));
    const started: Process[] = [];
    const isUpdating = () => started.some(({ command }) => / up .*--stack/.test(command));
    child.stdout?.once("data", () => child.stdout?.destroy());
    while (!isUpdating() && child.exitCode === null) {
      await pause(20);
      started.push(...descendantsOf(child.pid ?? NaN));
    }
    const { code, written } = await end;
    expect(code, written).to.equal(1);
    expect(written).to.contain("Stopping, because the output is no longer read: ");
    expect(written).to.match(/^Pending: .*customer-/m);
    await expectNothingLeft(started);
    await expectFinished();
  });

  it("of a command without the engine ends as usual when its reader goes away", async () => {
    const { child, end } = start(["access", "--stack", "dev"]);
    child.stdout?.destroy();
    expect(await end).to.deep.include({ code: 0, signal: null, written: "" });
  });

  it("ends between the second signal of a CI runner's cancel and its kill, even if AWS does not answer", async () => {
    const { child, end } = start(UP);
    const started = inTheMiddle(child.pid, async () => {
      running.sandbox.front.faults.stopAnswering();
      child.kill("SIGINT");
      await pause(CANCEL_MILLISECONDS);
      child.kill("SIGTERM");
    });
    const { code, signal, written } = await end;
    expect([code, signal], written).to.deep.equal([1, null]);
    expect(written).to.match(/^Stopping: /m);
    expect(written).to.contain("Stopping at once: operations in progress are abandoned.");
    await expectNothingLeft(started);
    expect(await expectFinished()).to.match(/An earlier run was killed/);
  });

  it("that is killed lets its engine save what it has done, and leaves no files", async () => {
    const { child, end } = start(UP);
    const started = inTheMiddle(child.pid, () => void child.kill("SIGKILL"));
    expect((await end).signal).to.equal("SIGKILL");
    await expectNothingLeft(started);
    // No key was lost, so there is nothing to recover.
    expect(await expectFinished()).not.to.match(/An earlier run was killed/);
    expect(temporaryFolders()).to.deep.equal([]);
  });

  it("stops gracefully when npm is stopped, which does not pass its signal on", async () => {
    const { directory, environment } = running.project;
    const script = `node ${JSON.stringify(join(PROJECT, "automation/customers.mjs"))}`;
    const file = join(directory, "package.json");
    writeFileSync(file, JSON.stringify({ scripts: { customers: script } }));
    const home = join(temporary, "npm");
    mkdirSync(home);
    const npm = spawn("npm", ["run", "customers", "--", ...UP], {
      cwd: directory,
      env: { ...environment, TMPDIR: temporary, npm_config_cache: home },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let written = "";
    for (const stream of [npm.stdout, npm.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (written += text));
    }
    const closed = once(npm, "close");
    const started = inTheMiddle(npm.pid, () => void npm.kill("SIGTERM"));
    // The script outlives npm, and keeps the streams open until it has ended.
    await closed;
    rmSync(file);
    expect(written).to.match(/^Stopping after SIGTERM: /m);
    expect(written).to.match(/^Pending: .*customer-/m);
    await expectNothingLeft(started);
    expect(temporaryFolders()).to.deep.equal([]);
    await expectFinished();
  });

  it("stops after the stall timeout when the network gives no answers any more, and lists what is pending", async () => {
    const { child, end } = start([...UP, "--stall-timeout", "30"]);
    const started = inTheMiddle(child.pid, () => running.sandbox.front.faults.stopAnswering());
    const { code, written } = await end;
    expect(code, written).to.equal(1);
    expect(written).to.match(/^Error: nothing has progressed for 30 seconds: AWS or .* reached$/m);
    expect(written).to.match(/^\d+ resources? changed\.$/m);
    expect(written).to.match(/^Pending: .*customer-/m);
    await expectNothingLeft(started);
    const next = await expectFinished();
    // As after an undisturbed run: neither customer has its access yet.
    for (const id of script.lastAdded()) {
      expect(next).to.match(new RegExp(`^ *${id} +new, gains edge-agent`, "m"));
    }
  });

  it("ends by itself when the network refuses connections, and lists what was done, failed and is pending", async () => {
    const { child, end } = start(UP);
    let restore = () => Promise.resolve();
    const started = inTheMiddle(child.pid, async () => {
      // The call that has just arrived is lost, too, and has no effect.
      running.sandbox.front.faults.stopAnswering();
      restore = await running.sandbox.front.refuseConnections();
    });
    const { code, written } = await end;
    await restore();
    expect(code, written).to.equal(1);
    expect(written).to.match(/^\d+ resources? changed\.$/m);
    if (providerKind() === "local") {
      expect(written).to.match(/^Failed for .*\n {2}customer-\d+: /m);
      expect(written).to.match(/^AWS could not be read back: AWS cannot be reached /m);
    } else {
      // The real plugin repeats a call for minutes.
      expect(written).to.match(/^(Failed for|Error: nothing has progressed for) /m);
    }
    expect(written).to.match(/^Pending: .*customer-/m);
    await expectNothingLeft(started);
    await expectFinished();
  });
});
