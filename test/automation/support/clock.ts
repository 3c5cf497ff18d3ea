import type { Clock } from "../../../automation/output/activity";

/** A clock that advances only when it is set. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ every: number; next: number; tick: () => void }>();

  /** How many timers have not been ended. */
  get running(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  every(milliseconds: number, tick: () => void): () => void {
    const timer = { every: milliseconds, next: this.#now + milliseconds, tick };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Lets time pass, millisecond by millisecond. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    while (this.#now < end) {
      this.#now += 1;
      for (const timer of this.#timers) {
        if (timer.next > this.#now) continue;
        timer.next += timer.every;
        timer.tick();
      }
    }
  }
}
