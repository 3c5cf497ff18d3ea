import type { Interrupt, Streams } from "../output/terminal";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How often it is checked whether the parent process has ended. */
const PARENT_CHECK_MILLISECONDS = 250;

/** This process's streams, and what has reached them. */
export interface ProcessStreams extends Streams {
  /** Whether work was interrupted. */
  wasInterrupted(): boolean;
}

/**
 * This process's streams. Output that cannot be written, because its reader has closed the pipe (`up | head -1`) or
 * the terminal is gone, interrupts work once and is then dropped, instead of ending the process.
 */
export function processStreams(): ProcessStreams {
  const { stdin, stdout, stderr } = process;
  const listeners = new Set<(cause: Interrupt) => void>();
  let isBroken = false;
  let wasInterrupted = false;
  for (const stream of [stdout, stderr]) {
    stream.on("error", () => {
      if (isBroken) return;
      isBroken = true;
      for (const listener of listeners) listener("EPIPE");
    });
  }
  return {
    stdin,
    stdout,
    stderr,
    wasInterrupted: () => wasInterrupted,
    onInterrupt: (interrupt) => {
      const listener = (cause: Interrupt) => {
        wasInterrupted = true;
        interrupt(cause);
      };
      listeners.add(listener);
      for (const signal of SIGNALS) process.on(signal, listener);
      const stopWatching = watchParent(listener);
      // Also when it broke before: whoever starts work now must not start it for a reader that is gone.
      if (isBroken) listener("EPIPE");
      return () => {
        listeners.delete(listener);
        for (const signal of SIGNALS) process.off(signal, listener);
        stopWatching();
      };
    },
  };
}

/**
 * npm runs this process in a shell. A SIGTERM ends npm and that shell without reaching this process, which only
 * gets another parent then. Processes that were not started by npm may outlive their parent on purpose (`nohup`).
 */
function watchParent(listener: (cause: Interrupt) => void): () => void {
  if (process.env["npm_lifecycle_event"] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    listener("SIGTERM");
  }, PARENT_CHECK_MILLISECONDS);
  return () => {
    clearInterval(timer);
  };
}

/**
 * Ends this process with its exit code once everything that was written has left it. Without it, a call that AWS does not
 * answer keeps an interrupted process alive for minutes after its last line.
 */
export async function exitWhenWritten({ stdout, stderr }: Streams): Promise<never> {
  const written = [stdout, stderr].map(
    (stream) =>
      new Promise<void>((resolve) => {
        if (stream.destroyed) resolve();
        else
          stream.write("", () => {
            resolve();
          });
      }),
  );
  await Promise.all(written);
  process.exit();
}
