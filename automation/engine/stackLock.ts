import { counted } from "../../src/counted";

/** Who holds a stack's lock, as far as the state backend tells. */
export interface StackLock {
  /** `root@build-7 (pid 4242)`; undefined when the backend does not say. */
  owner?: string;
  /** Host and process of the owner, to look for it. */
  host?: string;
  pid?: number;
  since?: Date;
}

/** As the engine writes it for backends of one's own (pkg/backend/diy/lock.go); a user's name may hold spaces. */
const HOLDER = /created by (\S.*?)@([^\s@]+) \(pid (\d+)\) at (\S+)/;

/** Reads the owner from the engine's complaint about a lock. */
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

/** `4 hours`, `3 minutes`: how long something has lasted. */
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
