/**
 * Proves that whatever interrupts the script during a preview stops the engine like one Ctrl-C: SIGTERM, SIGHUP, SIGINT, a
 * closed pipe. Nothing is changed, no engine runs, no lock is left, and the next `up` finds no loss. During an update: signals.test.ts.
 */
import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { CANCEL_MILLISECONDS, interruptible, SETTINGS, UP } from "./support/interruptible";
import { descendantsOf, type Process } from "./support/processes";
import { withSandbox } from "./support/withSandbox";

const PREVIEW = ["preview", "--stack", "dev", "--refresh"];

describe("an interrupted preview", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const script = interruptible(running);
  const { start, expectNothingLeft, expectFinished, temporaryFolders } = script;

  before(async () => {
    script.addCustomers();
    await expectFinished();
    script.addCustomers();
  });

  /** @returns what the script had started when its engine was previewing. */
  async function whilePreviewing(child: ChildProcess): Promise<Process[]> {
    for (;;) {
      const started = descendantsOf(child.pid ?? NaN);
      if (started.some(({ command }) => / preview .*--stack/.test(command))) return started;
      expect(child.exitCode).to.equal(null);
      await pause(20);
    }
  }

  for (const [argv, signal] of [
    [UP, "SIGTERM"],
    [PREVIEW, "SIGTERM"],
    [PREVIEW, "SIGHUP"],
    [PREVIEW, "SIGINT"],
  ] as const) {
    const [command] = argv;
    it(`stops after ${signal} during the preview of \`${command}\` and changes nothing`, async () => {
      const { journal } = running.sandbox.front;
      const before = journal.writes();
      const { child, end } = start(argv);
      const started = await whilePreviewing(child);
      child.kill(signal);
      const { code, written } = await end;
      expect([code, journal.writes() - before], written).to.deep.equal([1, 0]);
      expect(written).to.match(/^Error: the run was cancelled$/m);
      await expectNothingLeft(started);
    });
  }

  it("ends after the first signal of a CI runner's cancel, even if AWS does not answer", async () => {
    const { child, end } = start(PREVIEW);
    const started = await whilePreviewing(child);
    // The engine has just started, and has not read anything yet.
    running.sandbox.front.faults.stopAnswering();
    child.kill("SIGINT");
    // The runner's second signal would end whatever still lives, and then the code is null.
    const cancel = setTimeout(() => void child.kill("SIGTERM"), CANCEL_MILLISECONDS);
    const { code, signal, written } = await end;
    clearTimeout(cancel);
    running.sandbox.front.faults.clear();
    expect([code, signal], written).to.deep.equal([1, null]);
    expect(written).to.match(/^Error: the run was cancelled$/m);
    await expectNothingLeft(started);
    expect(temporaryFolders()).to.deep.equal([]);
  });

  it("leaves nothing when no one reads the preview any more, as in `preview | true`", async () => {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    const { child, end } = start(PREVIEW);
    const started = await whilePreviewing(child);
    child.stdout?.destroy();
    const { code, signal, written } = await end;
    // A preview writes its result at the end: whether anyone reads it may be found out after all was done.
    expect(code, written).to.be.oneOf([0, 1]);
    expect([signal, journal.writes() - before], written).to.deep.equal([null, 0]);
    await expectNothingLeft(started);
  });

  it("leaves to the next update what an undisturbed one does, and no loss", async () => {
    const next = await expectFinished();
    for (const id of script.lastAdded()) {
      expect(next).to.match(new RegExp(`^ *${id} +new, gains edge-agent`, "m"));
    }
  });
});
