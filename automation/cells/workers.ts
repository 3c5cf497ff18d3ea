import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism, freemem } from "node:os";
import pMap from "p-map";
import { emptyReport } from "../engine/events";
import { asEngineError, cancellation, EngineError } from "../engine/errors";
import type { RecoveredRun, RunHooks, StackRunner } from "../engine/stackRunner";
import { fromPlainError, type CellJob, type WorkerMessage, type WorkerOrder } from "./job";

/** Peak memory of a worker and its engine at a few hundred customers (bench/). */
const BYTES_PER_WORKER = 700 * 1024 * 1024;

/** How many cells run in parallel: as many as cores and memory allow, at least one. */
function defaultConcurrency(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / BYTES_PER_WORKER)));
}

/**
 * Processes that run cells, each one cell at a time. They are kept between a preview and its update because they
 * start slowly; for the same reason a single cell runs in this process.
 */
export class CellWorkers {
  readonly #concurrency: number;
  readonly #idle: ChildProcess[] = [];
  readonly #busy = new Set<ChildProcess>();
  /** The cell that runs in this process. */
  #here: StackRunner | undefined;

  constructor(concurrency: number = defaultConcurrency()) {
    this.#concurrency = concurrency;
  }

  /** Runs all jobs; a failed one does not stop the others. @returns results in the order of the jobs. */
  run(
    jobs: readonly CellJob[],
    hooks: RunHooks,
    onDone: (job: CellJob) => void,
  ): Promise<RecoveredRun[]> {
    return pMap(
      jobs,
      async (job) => {
        if (hooks.signal?.aborted) return { ...emptyReport(), error: cancellation(hooks.signal) };
        const run = jobs.length === 1 ? this.#runHere : this.#runOne;
        const result = await run.call(this, job, hooks);
        onDone(job);
        return result;
      },
      { concurrency: this.#concurrency },
    );
  }

  /** Makes all engines abandon what they have started, as `StackRunner.terminate`. */
  terminate(): void {
    for (const worker of this.#busy) worker.send({ terminate: true } satisfies WorkerOrder);
    this.#here?.terminate();
  }

  async #runHere(job: CellJob, hooks: RunHooks): Promise<RecoveredRun> {
    const { runCell } = await import("./cellRun.js");
    return runCell(job, hooks, (runner) => (this.#here = runner)).catch((thrown: unknown) => ({
      ...emptyReport(),
      error: asEngineError(thrown),
    }));
  }

  async #runOne(job: CellJob, { signal, onEvent, onText }: RunHooks): Promise<RecoveredRun> {
    const worker = this.#idle.pop() ?? startWorker();
    this.#busy.add(worker);
    worker.ref();
    const stop = () => worker.send({ stop: true } satisfies WorkerOrder);
    signal?.addEventListener("abort", stop);
    try {
      return await new Promise<RecoveredRun>((resolve) => {
        const ended = () => {
          resolve({ ...emptyReport(), error: workerEnded(job) });
        };
        worker.once("exit", ended);
        worker.on("message", (message: WorkerMessage) => {
          if ("event" in message) onEvent?.(message.event);
          if ("text" in message) onText?.(message.text);
          if (!("result" in message)) return;
          worker.removeAllListeners("message");
          worker.off("exit", ended);
          const { error, ...report } = message.result;
          resolve({
            ...report,
            ...(error && { error: cancelledBy(signal, fromPlainError(error)) }),
          });
        });
        worker.send({ run: job } satisfies WorkerOrder);
      });
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#busy.delete(worker);
      worker.unref();
      (worker.channel as { unref?: () => void } | null)?.unref?.();
      if (worker.connected) this.#idle.push(worker);
    }
  }
}

function startWorker(): ChildProcess {
  // Next to the compiled script, or this project's own TypeScript.
  const program = require.resolve("./worker");
  const execArgv = program.endsWith(".ts") ? ["--import", require.resolve("tsx")] : [];
  return fork(program, { execArgv, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

function workerEnded({ stack }: CellJob): EngineError {
  return new EngineError(
    "unknown",
    `the process that ran ${stack} was killed`,
    "Run `ecr-customers up` again: it recovers what was started.",
  );
}

/** A worker does not know why it was stopped; the signal does. */
function cancelledBy(signal: AbortSignal | undefined, error: EngineError): EngineError {
  return error.kind === "cancelled" && signal !== undefined ? cancellation(signal) : error;
}
