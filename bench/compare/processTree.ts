import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Fixed for programs, whatever the kernel's own clock is (Linux, `USER_HZ`). */
const TICKS_PER_SECOND = 100;

interface ProcessSample {
  parent: number;
  cpuTicks: number;
  residentPages: number;
  startedAt: number;
  /** Reads its command line; empty when it has exited. */
  command: () => string;
}

/** What a process tree has used. */
export interface TreeUse {
  cpuSeconds: number;
  /** Peak sum of resident memory; shared pages are counted once per process. */
  peakBytes: number;
  /** Processes of an AWS provider: one that is gone within a tenth of a second is missed. */
  providerStarts: number;
}

/** `pulumi-resource-aws`, the sandbox's `…/resource-aws-v7.48.0/…`, `terraform-provider-aws_v5…`; not awsx. */
const PROVIDER = /(resource|provider)-aws(?!x)/;

/** Whether processes can be sampled here: Linux only. */
export const canSample = existsSync("/proc/self/stat");

const pageBytes = canSample
  ? Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" }))
  : 0;

/** All processes of this machine, by id. */
export function sampleProcesses(): Map<number, ProcessSample> {
  const samples = new Map<number, ProcessSample>();
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The second field, the name in brackets, may itself hold spaces and brackets (proc(5)).
      const fields = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      const at = (field: number) => fields[field - 3] ?? 0;
      samples.set(pid, {
        command: () => commandLine(pid),
        parent: at(4),
        cpuTicks: at(14) + at(15),
        startedAt: at(22),
        residentPages: at(24),
      });
    } catch {
      // It has exited since the listing.
    }
  }
  return samples;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Follows a process and its descendants, including those whose parent has exited. */
export class ProcessTree {
  readonly #members = new Map<string, number>();
  readonly #root: number;
  readonly #without: ProcessTree | undefined;
  #providerStarts = 0;
  #peakPages = 0;

  /** @param without - a tree inside this one that is not counted. Sample it first. */
  constructor(root: number, without?: ProcessTree) {
    this.#root = root;
    this.#without = without;
  }

  has(pid: number, { startedAt }: ProcessSample): boolean {
    return this.#members.has(`${pid} ${startedAt}`);
  }

  add(samples: ReadonlyMap<number, ProcessSample>): void {
    let pages = 0;
    for (const [pid, sample] of samples) {
      if (!this.#belongs(pid, samples)) continue;
      const member = `${pid} ${sample.startedAt}`;
      if (!this.#members.has(member) && PROVIDER.test(sample.command())) this.#providerStarts += 1;
      this.#members.set(member, sample.cpuTicks);
      pages += sample.residentPages;
    }
    this.#peakPages = Math.max(this.#peakPages, pages);
  }

  use(): TreeUse {
    const ticks = [...this.#members.values()].reduce((sum, one) => sum + one, 0);
    return {
      cpuSeconds: ticks / TICKS_PER_SECOND,
      peakBytes: this.#peakPages * pageBytes,
      providerStarts: this.#providerStarts,
    };
  }

  #belongs(pid: number, samples: ReadonlyMap<number, ProcessSample>): boolean {
    for (let current = pid; ;) {
      const sample = samples.get(current);
      if (sample === undefined || this.#without?.has(current, sample)) return false;
      if (current === this.#root || this.has(current, sample)) return true;
      current = sample.parent;
    }
  }
}
