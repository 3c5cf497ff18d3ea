/**
 * Proves what a first and a second Ctrl-C do to work under way. How a signal reaches a real terminal
 * and what the engine does then is for the end-to-end tests.
 */
import { expect } from "chai";
import { interruptible } from "../../../automation/cli/interrupt";
import { FakeTerminal } from "../support/terminal";

describe("work that can be interrupted", () => {
  /** Starts work that lasts until it is ended from outside. */
  function start() {
    const terminal = new FakeTerminal();
    const seen = { kills: 0, signal: new AbortController().signal };
    let end!: (value: string) => void;
    let fail!: (error: Error) => void;
    const work = interruptible(
      terminal,
      () => (seen.kills += 1),
      (signal) => {
        seen.signal = signal;
        return new Promise<string>((resolve, reject) => {
          end = resolve;
          fail = reject;
        });
      },
    );
    return { terminal, seen, work, end, fail };
  }

  it("goes on undisturbed, and gives what it gives", async () => {
    const { terminal, seen, work, end } = start();
    end("done");
    expect(await work).to.equal("done");
    expect([seen.kills, seen.signal.aborted, terminal.written]).to.deep.equal([0, false, []]);
  });

  it("ends gracefully at the first Ctrl-C, and says how to end it at once", async () => {
    const { terminal, seen, work, end } = start();
    terminal.interrupt();
    expect([seen.kills, seen.signal.aborted]).to.deep.equal([0, true]);
    expect(terminal.written).to.deep.equal([
      {
        to: "err",
        text: "Stopping: the engine finishes what it has begun. Ctrl-C again ends it at once, and leaves a lock.",
        tone: "warning",
      },
    ]);
    end("what was done");
    expect(await work).to.equal("what was done");
  });

  it("ends at once at the second, and says that the lock is left", async () => {
    const { terminal, seen, work, end } = start();
    terminal.interrupt();
    terminal.interrupt();
    expect(seen.kills).to.equal(1);
    expect(terminal.lines("err").at(-1)).to.equal(
      "Ended at once. The stack's lock is left: see `ecr-customers unlock`.",
    );
    end("");
    await work;
  });

  it("does not listen any more afterwards, however it ended", async () => {
    const well = start();
    expect(well.terminal.interrupt()).to.equal(true);
    well.end("");
    await well.work;
    expect(well.terminal.interrupt()).to.equal(false);

    const badly = start();
    badly.fail(new Error("no"));
    const error = await badly.work.catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "no");
    expect(badly.terminal.interrupt()).to.equal(false);
  });
});
