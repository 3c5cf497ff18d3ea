// A process that runs cells, one after the other, for the script that has started it: two inline
// programs in one process would share its handlers of uncaught errors (facts of the Automation API).
// Before all that uses the SDK, which would load more of it.
import "../engine/pulumiSdk";
import { asEngineError } from "../engine/errors";
import type { EngineEvent } from "../engine/events";
import { runCell } from "./cellRun";
import { toPlainError, type CellJob, type WorkerMessage, type WorkerOrder } from "./job";

let running: AbortController | undefined;
let kill = () => {};

function say(message: WorkerMessage): void {
  process.send?.(message);
}

async function run(job: CellJob): Promise<void> {
  running = new AbortController();
  const hooks = {
    signal: running.signal,
    onEvent: (event: EngineEvent) => {
      say({ event: forProgress(event) });
    },
    onText: (text: string) => {
      say({ text });
    },
  };
  const { error, ...report } = await runCell(job, hooks, (runner) => {
    kill = () => {
      runner.kill();
    };
  }).catch((thrown: unknown) => ({ ...EMPTY, error: asEngineError(thrown) }));
  running = undefined;
  say({ result: { ...report, ...(error === undefined ? {} : { error: toPlainError(error) }) } });
}

const EMPTY = { changes: [], failures: [], errors: [], warnings: [] };

/** What a person sees of it: which resource is done. Whole events are many times as long. */
function forProgress({ resOutputsEvent, resOpFailedEvent }: EngineEvent): EngineEvent {
  const short = (event: EngineEvent["resOutputsEvent"]) =>
    event && {
      metadata: { op: event.metadata.op, urn: event.metadata.urn, type: event.metadata.type },
    };
  return { resOutputsEvent: short(resOutputsEvent), resOpFailedEvent: short(resOpFailedEvent) };
}

process.on("message", (order: WorkerOrder) => {
  if ("stop" in order) running?.abort();
  else if ("kill" in order) kill();
  else void run(order.run);
});
// Whoever has started us is gone: the engine finishes what it has begun, and so do we.
process.on("disconnect", () => {
  if (running === undefined) process.exit(0);
  running.abort();
});
// A Ctrl-C in the terminal is the script's to handle; it tells us.
process.on("SIGINT", () => {});
say({ ready: true });
