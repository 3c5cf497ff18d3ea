import { hostname } from "node:os";
import { isAlive } from "../files/isAlive";
import { counted } from "../../src/counted";

/** Who holds a stack's lock, as far as the state backend reports it. */
export interface StackLock {
  /** `root@build-7 (pid 4242)`; undefined when the backend does not report it. */
  owner?: string;
  /** Host and process id of the owner, to check whether it is still running. */
  host?: string;
  pid?: number;
  since?: Date;
}

/** The engine's text for self-managed backends (pkg/backend/diy/lock.go); a user's name may contain spaces. */
const HOLDER = /created by (\S.*?)@([^\s@]+) \(pid (\d+)\) at (\S+)/;

/** Reads the owner from the engine's error about a lock. */
export function readLock(text: string): StackLock {
  const [, user, host, pid, at = ""] = HOLDER.exec(text) ?? [];
  if (user === undefined || host === undefined) return {};
  const since = new Date(at);
  return {
    owner: `${user}@${host} (pid ${pid})`,
    host,
    pid: Number(pid),
    ...(Number.isNaN(since.getTime()) ? {} : { since }),
  };
}

/** Whether the owner still runs; undefined when it is, or may be, another machine's. */
export function isAliveHere({ host, pid }: StackLock): boolean | undefined {
  return host !== hostname() || pid === undefined ? undefined : isAlive(pid);
}

/** How long something has lasted, e.g. `4 hours` or `3 minutes`. */
export function ageText(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
  for (const [unit, size] of [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const) {
    const count = Math.floor(seconds / size);
    if (count > 0) return counted(count, unit);
  }
  return counted(seconds, "second");
}
