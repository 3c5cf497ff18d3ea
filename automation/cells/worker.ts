// A process that runs cells, one after the other, for the script that has started it: inline programs in one
// process share its handlers of uncaught errors, so one program's crash would fail all (@pulumi/pulumi/automation/server).
// The import comes first: modules that import the SDK themselves would load more of it.
import "../engine/pulumiSdk";
import { asEngineError } from "../engine/errors";
import type { EngineEvent } from "../engine/events";
import { runCell } from "./cellRun";
import { toPlainError, type CellJob, type WorkerMessage, type WorkerOrder } from "./job";

let running: AbortController | undefined;
let kill = () => {};

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
    kill = () => {
      runner.kill();
    };
  }).catch((thrown: unknown) => ({ ...EMPTY, error: asEngineError(thrown) }));
  running = undefined;
  send({ result: { ...report, ...(error === undefined ? {} : { error: toPlainError(error) }) } });
}

const EMPTY = { changes: [], failures: [], errors: [], warnings: [] };

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
  else if ("kill" in order) kill();
  else void run(order.run);
});
// The script that started this process is gone: the engine finishes the operations that it has started.
process.on("disconnect", () => {
  if (running === undefined) process.exit(0);
  running.abort();
});
// Ctrl-C in the terminal is handled by the script, which sends `stop`.
process.on("SIGINT", () => {});
send({ ready: true });
