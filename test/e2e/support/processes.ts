import { execFileSync } from "node:child_process";

export interface Process {
  pid: number;
  parent: number;
  /** With its arguments. */
  command: string;
}

/** All that a process has started, and they. Other suites run on this machine at the same time. */
export function descendantsOf(pid: number): Process[] {
  const all = processes();
  const found: Process[] = [];
  const parents = [pid];
  for (const parent of parents) {
    const children = all.filter((process) => process.parent === parent);
    found.push(...children);
    parents.push(...children.map((child) => child.pid));
  }
  return found;
}

/** Those of them that have not ended. */
export function alive(known: readonly Process[]): Process[] {
  const all = processes();
  return known.filter(({ pid, command }) =>
    all.some((other) => other.pid === pid && other.command === command),
  );
}

/** Ends a process that may have ended by itself. */
export function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

function processes(): Process[] {
  const listed = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}
