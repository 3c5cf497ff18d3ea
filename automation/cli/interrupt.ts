import { EngineError } from "../engine/errors";
import type { Interrupt, Terminal } from "../output/terminal";

/** Work that is being run, and can be interrupted. */
export interface InterruptibleRun {
  /** Aborted by the first interruption; the work then ends gracefully. */
  signal: AbortSignal;
  /** Reports that the work makes progress. */
  onProgress: () => void;
}

/** After a stop because of a stall, this part of its timeout is left for a graceful end, up to some seconds. */
const GRACE = 0.2;
const MOST_GRACE_MILLISECONDS = 15_000;

/** One Ctrl-C may arrive twice: from the terminal, and forwarded by npm. */
const SAME_INTERRUPT_MILLISECONDS = 500;

/**
 * Runs work that ends gracefully at the first interruption and at once at the second one: a Ctrl-C, SIGTERM or
 * SIGHUP, or a CI runner's SIGINT that is followed by SIGTERM. Output that is no longer read, and work that makes
 * no progress, count as the first one.
 *
 * @param target - `terminate` makes it abandon what it has started and end at once.
 * @param stallTimeout - seconds without progress after which the work is stopped.
 * @param clock - milliseconds, never going back.
 * @returns what the work returns.
 */
export async function interruptible<T>(
  terminal: Terminal,
  target: { terminate(): void },
  stallTimeout: number,
  work: (run: InterruptibleRun) => Promise<T>,
  clock: () => number = () => performance.now(),
): Promise<T> {
  const controller = new AbortController();
  let lastInterrupt = -Infinity;
  const stopListening = terminal.onInterrupt((cause) => {
    const isRepeated = clock() - lastInterrupt < SAME_INTERRUPT_MILLISECONDS;
    if (isRepeated || (controller.signal.aborted && cause === "EPIPE")) return;
    lastInterrupt = clock();
    if (controller.signal.aborted) {
      terminal.report(ABANDONING, "bad");
      target.terminate();
      return;
    }
    terminal.report(stopping(cause), "warning");
    controller.abort();
  });
  const timeout = stallTimeout * 1000;
  let timer: NodeJS.Timeout | undefined;
  const onProgress = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!controller.signal.aborted) controller.abort(stalled(stallTimeout));
      timer = setTimeout(
        () => {
          target.terminate();
        },
        Math.min(timeout * GRACE, MOST_GRACE_MILLISECONDS),
      );
    }, timeout);
  };
  onProgress();
  try {
    return await work({ signal: controller.signal, onProgress });
  } finally {
    clearTimeout(timer);
    stopListening();
  }
}

const ABANDONING =
  "Stopping at once: operations in progress are abandoned. The next `ecr-customers up` recovers them.";

function stopping(cause: Interrupt): string {
  const what = "the engine completes the operations that it has started";
  switch (cause) {
    case "SIGINT":
      return `Stopping: ${what}. Press Ctrl-C again to abandon them.`;
    case "EPIPE":
      return `Stopping, because the output is no longer read: ${what}.`;
    default:
      return `Stopping after ${cause}: ${what}.`;
  }
}

function stalled(seconds: number): EngineError {
  return new EngineError(
    "stalled",
    `nothing has progressed for ${seconds} seconds: AWS or the state backend cannot be reached`,
    "Check the network, then run it again to finish. `--stall-timeout` changes how long it waits.",
  );
}
