import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism, freemem } from "node:os";
import pMap from "p-map";
import { asEngineError, EngineError } from "../engine/errors";
import type { RunHooks, StackRunner } from "../engine/stackRunner";
import type { CellRunResult } from "./cellRun";
import { fromPlainError, type CellJob, type WorkerMessage, type WorkerOrder } from "./job";

/** What a worker and its engine need at a few hundred customers (bench/, peak). */
const BYTES_EACH = 700 * 1024 * 1024;

/** As many cells side by side as cores and memory allow; always one. */
export function defaultConcurrency(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / BYTES_EACH)));
}

/**
 * Processes that run cells, each one at a time. Kept between a preview and its update: they start slowly,
 * which is why a single cell runs here.
 */
export class CellWorkers {
  readonly #concurrency: number;
  readonly #idle: ChildProcess[] = [];
  readonly #busy = new Set<ChildProcess>();
  /** The cell that runs in this very process. */
  #here: StackRunner | undefined;

  constructor(concurrency: number = defaultConcurrency()) {
    this.#concurrency = concurrency;
  }

  /** Runs all jobs; one that fails stops no other. Results in the order of the jobs. */
  run(
    jobs: readonly CellJob[],
    hooks: RunHooks,
    onDone: (job: CellJob) => void,
  ): Promise<CellRunResult[]> {
    return pMap(
      jobs,
      async (job) => {
        if (hooks.signal?.aborted) return { ...NOT_RUN, error: cancelled() };
        const run = jobs.length === 1 ? this.#runHere : this.#runOne;
        const result = await run.call(this, job, hooks);
        onDone(job);
        return result;
      },
      { concurrency: this.#concurrency },
    );
  }

  /** Ends all of them at once; their engines lead process groups of their own. */
  kill(): void {
    for (const worker of this.#busy) worker.send({ kill: true } satisfies WorkerOrder);
    this.#here?.kill();
  }

  async #runHere(job: CellJob, hooks: RunHooks): Promise<CellRunResult> {
    const { runCell } = await import("./cellRun.js");
    return runCell(job, hooks, (runner) => (this.#here = runner)).catch((thrown: unknown) => ({
      ...NOT_RUN,
      error: asEngineError(thrown),
    }));
  }

  async #runOne(job: CellJob, { signal, onEvent, onText }: RunHooks): Promise<CellRunResult> {
    const worker = this.#idle.pop() ?? startWorker();
    this.#busy.add(worker);
    worker.ref();
    const stop = () => worker.send({ stop: true } satisfies WorkerOrder);
    signal?.addEventListener("abort", stop);
    try {
      return await new Promise<CellRunResult>((resolve) => {
        const ended = () => {
          resolve({ ...NOT_RUN, error: workerEnded(job) });
        };
        worker.once("exit", ended);
        worker.on("message", (message: WorkerMessage) => {
          if ("event" in message) onEvent?.(message.event);
          if ("text" in message) onText?.(message.text);
          if (!("result" in message)) return;
          worker.removeAllListeners("message");
          worker.off("exit", ended);
          const { error, ...report } = message.result;
          resolve({ ...report, ...(error && { error: fromPlainError(error) }) });
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

const NOT_RUN = { changes: [], failures: [], errors: [], warnings: [] };

function startWorker(): ChildProcess {
  // Compiled beside the compiled script, or this project's own TypeScript.
  const program = require.resolve("./worker");
  const execArgv = program.endsWith(".ts") ? ["--import", require.resolve("tsx")] : [];
  return fork(program, { execArgv, stdio: ["ignore", "ignore", "inherit", "ipc"] });
}

function workerEnded({ stack }: CellJob): EngineError {
  return new EngineError(
    "unknown",
    `the process that ran ${stack} was killed`,
    "Run `up` again: it settles what was begun.",
  );
}

function cancelled(): EngineError {
  return new EngineError("cancelled", "the run was cancelled", "Run it again to finish.");
}
