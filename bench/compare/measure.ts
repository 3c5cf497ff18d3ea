import { readFileSync } from "node:fs";
import type { Front } from "../../sandbox/aws/front";
import type { Command } from "./contestant";
import { start } from "./output";
import { canSample, ProcessTree, sampleProcesses, type TreeUse } from "./processTree";

const SAMPLE_MILLISECONDS = 100;

/** What one run of a command used. */
export interface Measured extends TreeUse {
  wallSeconds: number;
  /** Calls to AWS. */
  requests: number;
  /** Of the emulator and the front before it, which share the machine with the command. */
  awsCpuSeconds: number;
  /** Share of the machine's CPU time that neither the command nor the emulator used, 0 to 1. */
  othersShare: number;
}

/**
 * Runs a command and measures its whole process tree, sampled ten times a second: what a process
 * used after its last sample is not counted. On systems other than Linux only time and requests are known.
 *
 * @throws CommandError when it fails.
 */
export async function measure(command: Command, front: Front): Promise<Measured> {
  const requestsBefore = front.journal.calls().length;
  const machineBefore = machineCpu();
  const aws = new ProcessTree(process.pid);
  if (canSample) aws.add(sampleProcesses());
  const awsBefore = aws.use().cpuSeconds;

  const started = process.hrtime.bigint();
  const { pid = 0, ended } = start(command);
  const tree = new ProcessTree(pid);
  const rest = new ProcessTree(process.pid, tree);
  const sample = () => {
    if (!canSample) return;
    const processes = sampleProcesses();
    tree.add(processes);
    rest.add(processes);
  };
  const timer = setInterval(sample, SAMPLE_MILLISECONDS);
  sample();
  try {
    await ended;
  } finally {
    clearInterval(timer);
  }
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  sample();

  const use = tree.use();
  const awsCpuSeconds = rest.use().cpuSeconds - awsBefore;
  const machine = machineCpu();
  const busy = machine.busy - machineBefore.busy;
  return {
    ...use,
    wallSeconds,
    requests: front.journal.calls().length - requestsBefore,
    awsCpuSeconds,
    othersShare:
      Math.max(0, busy - use.cpuSeconds - awsCpuSeconds) / (machine.all - machineBefore.all || 1),
  };
}

/** Seconds of all cores since the machine started. */
function machineCpu(): { busy: number; all: number } {
  if (!canSample) return { busy: 0, all: 0 };
  const [line = ""] = readFileSync("/proc/stat", "latin1").split("\n", 1);
  // user nice system idle iowait irq softirq steal (proc(5)); guest time is part of user time.
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return { busy: (all - idle) / 100, all: all / 100 };
}
