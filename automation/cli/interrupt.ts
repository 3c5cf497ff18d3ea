import type { Terminal } from "../output/terminal";

/**
 * Runs work that Ctrl-C ends gracefully, and a second Ctrl-C at once.
 *
 * @param work - is given the signal of the first one.
 * @param kill - what the second one does.
 */
export async function interruptible<T>(
  terminal: Terminal,
  kill: () => void,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stopListening = terminal.onInterrupt(() => {
    if (controller.signal.aborted) {
      terminal.tell("Ended at once. The stack's lock is left: see `ecr-customers unlock`.", "bad");
      kill();
      return;
    }
    terminal.tell(
      "Stopping: the engine finishes what it has begun. Ctrl-C again ends it at once, and leaves a lock.",
      "warning",
    );
    controller.abort();
  });
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}
