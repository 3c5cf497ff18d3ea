import { digits } from "../../src/counted";
import type { Terminal } from "./terminal";

/** Time, as a value that tests can replace. */
export interface Clock {
  /** Milliseconds, never going back. */
  now(): number;
  /** Calls `tick` again and again. @returns what ends that. */
  every(milliseconds: number, tick: () => void): () => void;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  every: (milliseconds, tick) => {
    const timer = setInterval(tick, milliseconds).unref();
    return () => {
      clearInterval(timer);
    };
  },
};

/** How often it is checked whether something is to be shown. */
const TICK = 250;

/** The elapsed time on a terminal is shown that often. */
const SILENCE_ON_A_TERMINAL = 1000;

/**
 * A log gets a line before two seconds have passed without one, even if the script computes for half a second and no
 * tick comes; after the first five minutes fewer.
 */
const SILENCE_IN_A_LOG = { first: 2000 - 3 * TICK, later: 10_000 - TICK };
const FIRST_MINUTES = 5 * 60_000;

/** In a log, at most this many lines follow from what is counted. */
const LINES_IN_A_LOG = 20;

/**
 * Long work and how far it is: `Updating: 179 of 610 resources, acme`. On a terminal one line that changes at
 * least once a second; in a log a line now and then, and none for work that is done within a second.
 */
export class Activity {
  readonly #terminal: Terminal;
  #what: string;
  readonly #clock: Clock;
  readonly #stop: () => void;
  readonly #start: number;
  #shownAt: number;
  /** How far the work is; empty when that is not known. */
  #state = "";

  /** @param what - `Previewing`. */
  constructor(terminal: Terminal, what: string, clock: Clock = SYSTEM_CLOCK) {
    this.#terminal = terminal;
    this.#what = what;
    this.#clock = clock;
    this.#start = clock.now();
    // Whatever was done before, e.g. loading, counts as silence, too.
    this.#shownAt = this.#start - terminal.silence;
    this.#stop = clock.every(TICK, () => {
      this.#tick();
    });
    if (terminal.animated || terminal.silence >= SILENCE_IN_A_LOG.first) this.#show("…");
  }

  /** How much is done of something whose end is not known: `612 resources`. */
  counted(done: number, what: string): void {
    this.#state = `: ${digits(done)} ${what}`;
    if (this.#terminal.animated) this.#show(this.#state);
  }

  /** How much is done of a total, and what was done last. */
  reached(done: number, total: number, what: string, last: string): void {
    this.#state = `: ${digits(done)} of ${digits(total)} ${what}, ${last}`;
    const every = this.#terminal.animated ? 1 : Math.ceil(total / LINES_IN_A_LOG);
    if (done % every === 0 || done === total) this.#show(this.#state);
  }

  /** What follows: another part of the same work. */
  next(what: string): void {
    this.#what = what;
    this.#state = "";
    if (this.#terminal.animated) this.#show("…");
  }

  end(): void {
    this.#stop();
  }

  #tick(): void {
    const elapsed = this.#clock.now() - this.#start;
    const { first, later } = SILENCE_IN_A_LOG;
    const inALog = elapsed < FIRST_MINUTES ? first : later;
    const silence = this.#terminal.animated ? SILENCE_ON_A_TERMINAL : inALog;
    if (this.#clock.now() - this.#shownAt < silence) return;
    const seconds = Math.round(elapsed / 1000);
    this.#show(`${this.#state || "…"}${seconds === 0 ? "" : ` (${digits(seconds)} s)`}`);
  }

  #show(state: string): void {
    this.#shownAt = this.#clock.now();
    this.#terminal.progress(`${this.#what}${state}`);
  }
}

/** Shows that work is in progress, until it has ended. @returns what the work returns. */
export async function during<T>(
  terminal: Terminal,
  what: string,
  work: (activity: Activity) => Promise<T>,
  clock?: Clock,
): Promise<T> {
  const activity = new Activity(terminal, what, clock);
  try {
    return await work(activity);
  } finally {
    activity.end();
  }
}
