/**
 * Proves what interruptions do to work in progress: Ctrl-C, signals, output that is no longer read, and work that
 * makes no progress. test/e2e/signals.test.ts proves how they reach the script and what the engine does then.
 */
import { mock } from "node:test";
import { expect } from "chai";
import yargs from "yargs";
import { interruptible } from "../../../automation/cli/interrupt";
import { stallOption } from "../../../automation/cli/stallOption";
import type { EngineError } from "../../../automation/engine/errors";
import type { Interrupt } from "../../../automation/output/terminal";
import { FakeTerminal } from "../support/terminal";

const SECONDS = 1000;
/** For this long the provider waits for a new user (hashicorp/terraform-provider-aws, `propagationTimeout`). */
const PROPAGATION_SECONDS = 120;

describe("interruptible work", () => {
  /** Starts work that lasts until it is ended from outside. */
  function start(stallTimeout = 60) {
    const terminal = new FakeTerminal();
    const seen = { terminations: 0, signal: new AbortController().signal, onProgress: () => {} };
    let end!: (value: string) => void;
    let fail!: (error: Error) => void;
    let time = 10 * SECONDS;
    const work = interruptible(
      terminal,
      { terminate: () => (seen.terminations += 1) },
      stallTimeout,
      (run) => {
        Object.assign(seen, run);
        return new Promise<string>((resolve, reject) => {
          end = resolve;
          fail = reject;
        });
      },
      () => time,
    );
    const interrupt = (cause: Interrupt, secondsLater = 1) => {
      time += secondsLater * SECONDS;
      return terminal.interrupt(cause);
    };
    return { terminal, seen, work, end, fail, interrupt };
  }

  it("runs undisturbed without an interruption, and returns its result", async () => {
    const { terminal, seen, work, end } = start();
    end("done");
    expect(await work).to.equal("done");
    expect([seen.terminations, seen.signal.aborted, terminal.written]).to.deep.equal([
      0,
      false,
      [],
    ]);
  });

  it("ends gracefully after the first Ctrl-C, which explains the second one", async () => {
    const { terminal, seen, work, end, interrupt } = start();
    interrupt("SIGINT");
    expect([seen.terminations, seen.signal.aborted]).to.deep.equal([0, true]);
    expect(terminal.written).to.deep.equal([
      {
        to: "err",
        text: "Stopping: the engine completes the operations that it has started. Press Ctrl-C again to abandon them.",
        tone: "warning",
      },
    ]);
    end("what was done");
    expect(await work).to.equal("what was done");
  });

  for (const [cause, said] of [
    ["SIGTERM", "Stopping after SIGTERM: "],
    ["SIGHUP", "Stopping after SIGHUP: "],
    ["EPIPE", "Stopping, because the output is no longer read: "],
  ] as const) {
    it(`ends gracefully after ${cause}, as after one Ctrl-C`, async () => {
      const { terminal, seen, work, end, interrupt } = start();
      interrupt(cause);
      expect([seen.terminations, seen.signal.aborted]).to.deep.equal([0, true]);
      expect(terminal.lines("err")).to.deep.equal([
        `${said}the engine completes the operations that it has started.`,
      ]);
      end("");
      await work;
    });
  }

  for (const [first, second] of [
    ["SIGINT", "SIGINT"],
    // As CI runners cancel a job; they kill it soon after.
    ["SIGINT", "SIGTERM"],
    ["EPIPE", "SIGINT"],
  ] as const) {
    it(`ends at once after ${first} and then ${second}`, async () => {
      const { terminal, seen, work, end, interrupt } = start();
      interrupt(first);
      interrupt(second);
      expect(seen.terminations).to.equal(1);
      expect(terminal.lines("err").at(-1)).to.equal(
        "Stopping at once: operations in progress are abandoned. The next `ecr-customers up` recovers them.",
      );
      end("");
      await work;
    });
  }

  it("takes one Ctrl-C that arrives twice, from the terminal and from npm, for one", async () => {
    const { seen, work, end, interrupt } = start();
    interrupt("SIGINT");
    interrupt("SIGINT", 0.1);
    expect(seen.terminations).to.equal(0);
    interrupt("SIGINT");
    expect(seen.terminations).to.equal(1);
    end("");
    await work;
  });

  it("is not ended at once because its output is no longer read", async () => {
    const { seen, work, end, interrupt } = start();
    interrupt("SIGINT");
    interrupt("EPIPE");
    expect(seen.terminations).to.equal(0);
    end("");
    await work;
  });

  describe("without progress", () => {
    beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
    afterEach(() => mock.timers.reset());

    it("is stopped after the timeout, and ends at once if it does not stop", async () => {
      const { seen, work, end } = start(60);
      mock.timers.tick(59 * SECONDS);
      expect(seen.signal.aborted).to.equal(false);
      mock.timers.tick(1 * SECONDS);
      const { kind, message } = seen.signal.reason as EngineError;
      expect(kind).to.equal("stalled");
      expect(message).to.contain("for 60 seconds");
      expect(seen.terminations).to.equal(0);
      mock.timers.tick(12 * SECONDS);
      expect(seen.terminations).to.equal(1);
      end("");
      await work;
    });

    it("has ended after 150 seconds by default, and not while AWS may still learn of a new user", async () => {
      const parsed = await stallOption(yargs([])).parseAsync();
      const { seen, work, end } = start(Number(parsed["stallTimeout"]));
      mock.timers.tick(PROPAGATION_SECONDS * SECONDS);
      expect(seen.signal.aborted).to.equal(false);
      for (let second = PROPAGATION_SECONDS; second < 150; second++) mock.timers.tick(SECONDS);
      expect([seen.signal.aborted, seen.terminations]).to.deep.equal([true, 1]);
      end("");
      await work;
    });

    it("is not stopped if it made progress in the meantime", async () => {
      const { seen, work, end } = start(60);
      for (let step = 0; step < 5; step++) {
        mock.timers.tick(50 * SECONDS);
        seen.onProgress();
      }
      expect(seen.signal.aborted).to.equal(false);
      end("");
      await work;
      mock.timers.tick(100 * SECONDS);
      expect(seen.signal.aborted).to.equal(false);
    });
  });

  it("no longer listens afterwards, however it ended", async () => {
    const well = start();
    expect(well.interrupt("SIGINT")).to.equal(true);
    well.end("");
    await well.work;
    expect(well.interrupt("SIGINT")).to.equal(false);

    const badly = start();
    badly.fail(new Error("no"));
    const error = await badly.work.catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "no");
    expect(badly.interrupt("SIGINT")).to.equal(false);
  });
});
