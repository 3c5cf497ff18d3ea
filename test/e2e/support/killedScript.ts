import { expect } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { alive, descendantsOf, killIfAlive, type Process } from "./processes";
import { startScript } from "./scriptProcess";
import type { Running } from "./withSandbox";

/** Where a run is killed, and what with it. */
export interface Kill {
  argv: readonly string[];
  /** Just before the k-th write of the run reaches AWS, from 1. */
  write: number;
  /** Counts only writes of this action. */
  action?: string;
  /**
   * The engine and the provider are killed too, which leaves the stack's lock. Otherwise the engine completes what it does,
   * and only the script is gone.
   */
  withEngine?: boolean;
}

/** Runs the script and kills it with SIGKILL. @returns after everything that it had started has ended. */
export async function killScript(
  { project, sandbox }: Running,
  { argv, write, action, withEngine = false }: Kill,
): Promise<void> {
  const { directory: cwd, environment } = project;
  const { child, end } = startScript(argv, { cwd, environment });
  const started: Process[] = [];
  const kill = () => {
    started.push(...descendantsOf(child.pid ?? NaN));
    child.kill("SIGKILL");
    if (withEngine) for (const { pid } of started) killIfAlive(pid);
  };
  sandbox.front.faults.atCall(write, kill, action);
  const { signal, written } = await end;
  // A run that had no such write ends by itself, and proves nothing.
  expect(signal, written).to.equal("SIGKILL");
  sandbox.front.faults.clear();
  const deadline = Date.now() + 60_000;
  while (alive(started).length > 0 && Date.now() < deadline) await pause(200);
  expect(alive(started)).to.deep.equal([]);
}
