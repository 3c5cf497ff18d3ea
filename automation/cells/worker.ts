// A process that runs cells, one after the other, for the script that has started it: inline programs in one
// process share its handlers of uncaught errors, so one program's crash would fail all (@pulumi/pulumi/automation/server).
// The import comes first: modules that import the SDK themselves would load more of it.
import "../engine/pulumiSdk";
import { asEngineError } from "../engine/errors";
import { emptyReport, type EngineEvent } from "../engine/events";
import { runCell } from "./cellRun";
import { toPlainError, type CellJob, type WorkerMessage, type WorkerOrder } from "./job";

let running: AbortController | undefined;
let terminate = () => {};

function send(message: WorkerMessage): void {
  process.send?.(message);
}

async function run(job: CellJob): Promise<void> {
  running = new AbortController();
  const hooks = {
    signal: running.signal,
    onEvent: (event: EngineEvent) => {
      send({ event: forProgress(event) });
    },
    onText: (text: string) => {
      send({ text });
    },
  };
  const { error, ...report } = await runCell(job, hooks, (runner) => {
    terminate = () => {
      runner.terminate();
    };
  }).catch((thrown: unknown) => ({ ...emptyReport(), error: asEngineError(thrown) }));
  running = undefined;
  send({ result: { ...report, ...(error === undefined ? {} : { error: toPlainError(error) }) } });
}

/** The part of an event that progress needs: which resource is done. Whole events are many times as long. */
function forProgress({ resOutputsEvent, resOpFailedEvent }: EngineEvent): EngineEvent {
  const short = (event: EngineEvent["resOutputsEvent"]) =>
    event && {
      metadata: { op: event.metadata.op, urn: event.metadata.urn, type: event.metadata.type },
    };
  return { resOutputsEvent: short(resOutputsEvent), resOpFailedEvent: short(resOpFailedEvent) };
}

process.on("message", (order: WorkerOrder) => {
  if ("stop" in order) running?.abort();
  else if ("terminate" in order) terminate();
  else void run(order.run);
});
// The script that started this process is gone: the engine finishes the operations that it has started.
process.on("disconnect", () => {
  if (running === undefined) process.exit(0);
  running.abort();
});
// Ctrl-C and a closed terminal also reach this process, and some supervisors signal every process; the script
// handles signals, and sends `stop`.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
send({ ready: true });
