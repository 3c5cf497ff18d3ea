import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAssumedRepositories } from "../../sandbox/repositories";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox";
import type { MakeContestant } from "./contestant";
import { judge } from "./judge";
import { measure } from "./measure";
import { cells, type Result } from "./report";
import { SCENARIOS } from "./scenarios";
import { traceOf } from "./trace";
import type { Vendor } from "./vendor";

/** How slow AWS is made. */
export interface Pace {
  /** Milliseconds added to each call, give or take `SPREAD`. */
  latency?: number;
  /** IAM's writes, and its reads, beyond this number a second are throttled. */
  rate?: number;
}

export const SPREAD = 0.3;

function setPace({ faults }: Sandbox["front"], { latency, rate }: Pace): void {
  if (latency !== undefined) {
    faults.spreadDelay({ milliseconds: latency, spread: SPREAD, seed: 1 });
  }
  if (rate !== undefined) faults.limitRate(rate);
}

interface Round {
  pace: Pace;
  /** File to which the calls are appended. */
  trace?: string;
  add(result: Result): void;
  addVersions(versions: string): void;
}

/** Runs one contestant through all scenarios, with an emulator of its own; the vendor's files are discarded afterwards. */
export async function compete(vendor: Vendor, make: MakeContestant, round: Round): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "ecr-customers-bench-home-"));
  const sandbox = await startSandbox({ home, progress: (line) => console.error(line) });
  const { count } = vendor;
  try {
    await createAssumedRepositories(sandbox.aws, vendor.load().config.repositories);
    const contestant = make(vendor, sandbox);
    await contestant.prepare();
    round.addVersions(await contestant.versions());
    for (const scenario of SCENARIOS) {
      const changed = scenario.edit?.(vendor);
      setPace(sandbox.front, round.pace);
      const measured = await measure(contestant.command(scenario.operation), sandbox.front);
      console.error([contestant.name, count, scenario.title, ...cells(measured)].join(" | "));
      round.add({ contestant: contestant.name, customers: count, scenario, measured });
      sandbox.front.faults.clear();
      if (round.trace !== undefined) {
        const title = `${contestant.name}, ${count} customers: ${scenario.title}`;
        appendFileSync(round.trace, traceOf(title, sandbox.front.journal.calls()));
      }
      await judge(vendor, sandbox, changed);
      sandbox.front.journal.reset();
    }
  } finally {
    await sandbox.stop();
    vendor.discard();
    rmSync(home, { recursive: true, force: true });
  }
}
