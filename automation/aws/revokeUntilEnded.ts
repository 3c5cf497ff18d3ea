import { setTimeout } from "node:timers/promises";
import type { EndTarget, Revocation } from "./revocation";

/** How long a revocation is repeated. */
export interface RepeatLimits {
  /** Milliseconds after which no new attempt begins. */
  limit: number;
  /** Milliseconds between two attempts. */
  pause: number;
  /** Milliseconds, never going back. */
  clock?: () => number;
}

/**
 * Revokes access, again and again while AWS throttles the calls, fails or cannot be reached, until AWS
 * shows that it has ended or the time is over. What another attempt cannot change (a missing right) is not
 * repeated.
 *
 * @param onRepeat - called before each further attempt with what is still open.
 * @returns what all attempts have done, and what the last one has left.
 */
export async function revokeUntilEnded(
  target: EndTarget,
  { limit, pause, clock = () => performance.now() }: RepeatLimits,
  onRepeat: (left: readonly string[]) => void = () => {},
): Promise<Revocation> {
  const end = clock() + limit;
  const done: string[] = [];
  for (;;) {
    const revocation = await target.revoke(pause);
    done.push(...revocation.done);
    const isOver = clock() + pause >= end;
    if (revocation.left.length === 0 || revocation.isTemporary !== true || isOver) {
      return { ...revocation, done: withoutRepetition(done) };
    }
    onRepeat(revocation.left);
    await setTimeout(pause);
  }
}

/** Each step once; a later attempt finds keys inactive that an earlier one has set. */
function withoutRepetition(done: readonly string[]): string[] {
  const unique = new Set(done);
  return [...unique].filter((what) => {
    const [, key] = /^(key \S+) was inactive already$/.exec(what) ?? [];
    return key === undefined || !unique.has(`${key} set inactive`);
  });
}

/** What a revocation saw of updates that may have been running beside it. */
export interface WatchedUpdate {
  /** `none`: no lock was held. `ended`: it was watched until its end. `running`: it did not end in time. */
  update: "none" | "ended" | "running" | "unknown";
  /** Why it is not known. */
  reason?: string;
}

/** How a stack's lock is looked at. */
export interface LockWatch {
  /** Who holds the lock; undefined when no one does. @throws when the state cannot be accessed. */
  holder: () => Promise<string | undefined>;
  /** Called once when a lock is held. */
  onHeld: (holder: string) => void;
  pause: number;
  limit: number;
  clock?: () => number;
}

/** An update releases the lock for a moment between its two runs. */
const FREE_LOOKS = 3;

/**
 * Keeps access revoked while an update of the stack is running, which may have been planned before and then give
 * the access back: revokes again whenever AWS shows that it is open, until no lock is held.
 */
export async function keepRevoked(
  target: EndTarget,
  { holder, onHeld, pause, limit, clock = () => performance.now() }: LockWatch,
): Promise<WatchedUpdate> {
  const end = clock() + limit;
  let wasHeld = false;
  for (let free = 0; ;) {
    let held: string | undefined;
    try {
      held = await holder();
    } catch (error) {
      return { update: "unknown", reason: error instanceof Error ? error.message : String(error) };
    }
    if (held === undefined && !wasHeld) return { update: "none" };
    if (held !== undefined && !wasHeld) onHeld(held);
    wasHeld = true;
    free = held === undefined ? free + 1 : 0;
    // Read after the look at the lock: what the update has written is there by then.
    if ((await target.stillOpen()).length > 0) await target.revoke(pause);
    if (free >= FREE_LOOKS) return { update: "ended" };
    if (clock() >= end) return { update: "running" };
    await setTimeout(pause);
  }
}
