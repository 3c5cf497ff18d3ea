import { spawn, type ChildProcess } from "node:child_process";
import { OutputFile } from "./outputFile";

/** What a finished process wrote, and how it ended. */
interface ProcessOutput {
  stdout: string;
  stderr: string;
  /** Null when it was killed. */
  code: number | null;
}

/** How one engine is run. */
export interface ProcessOptions {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Called with new output while it is written. */
  onOutput?: (text: string) => void;
  onError?: (text: string) => void;
  /** Whether it must be stopped when this process dies; other engines end by themselves within seconds. */
  isLong: boolean;
}

/** How long an engine that was told to terminate may take to save its state and release its lock. */
const TERMINATION_MILLISECONDS = 10_000;
/** Two signals of the same kind must not be pending at once: the second would be lost. */
const BETWEEN_SIGNALS_MILLISECONDS = 200;

/**
 * A shell that outlives this process. Its standard input ends when this process does, however that happens; then
 * it asks the engine to stop gracefully, and after a minute to terminate.
 */
const WATCHDOG = `read -r done && exit
kill -INT "$1"
i=0
while [ $i -lt 60 ] && kill -0 "$1"; do sleep 1; i=$((i + 1)); done
kill -INT "$1"`;

/**
 * One running engine. It leads its own process group, so that a Ctrl-C or a closed terminal reaches it only
 * through this process, and its plugins can be killed together with it.
 */
export class EngineProcess {
  readonly ended: Promise<ProcessOutput>;
  readonly #child: ChildProcess;
  #isStopping = false;
  #killTimer: NodeJS.Timeout | undefined;

  /**
   * Starts the engine; `ended` rejects as `spawn` does when that fails.
   *
   * @throws as node:fs does when the files for its output cannot be created.
   */
  constructor(executable: string, args: readonly string[], options: ProcessOptions) {
    const stdout = new OutputFile(options.onOutput);
    const stderr = new OutputFile(options.onError);
    const child = spawn(executable, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", stdout.descriptor, stderr.descriptor],
      detached: true,
    });
    this.#child = child;
    const stopWatching = options.isLong ? watch(child) : () => {};
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        clearTimeout(this.#killTimer);
        stopWatching();
        resolve({ stdout: stdout.close(), stderr: stderr.close(), code });
      });
    });
  }

  /** Asks the engine to stop: it completes the operations that it has started. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#child.kill("SIGINT");
  }

  /**
   * Asks the engine to abandon the operations that it has started: it saves them as pending and releases its
   * lock. Kills it when it does not, or when this is called again.
   */
  terminate(): void {
    if (this.#killTimer !== undefined) {
      this.#kill();
      return;
    }
    const pause = this.#isStopping ? 0 : BETWEEN_SIGNALS_MILLISECONDS;
    this.stop();
    setTimeout(() => this.#child.kill("SIGINT"), pause);
    this.#killTimer = setTimeout(() => {
      this.#kill();
    }, TERMINATION_MILLISECONDS);
  }

  #kill(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // It has already ended.
    }
  }
}

/** Stops the engine when this process dies. @returns what ends that once the engine has ended. */
function watch({ pid }: ChildProcess): () => void {
  if (pid === undefined) return () => {};
  const watchdog = spawn("/bin/sh", ["-c", WATCHDOG, "sh", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
  });
  // Without a shell the engine is only stopped by this process itself.
  watchdog.once("error", () => {});
  watchdog.stdin.once("error", () => {});
  watchdog.unref();
  return () => {
    watchdog.stdin.end("done\n");
  };
}
