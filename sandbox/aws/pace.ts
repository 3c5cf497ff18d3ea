import { seededRandom } from "./seededRandom";

/** How long AWS takes to answer, from `milliseconds * (1 - spread)` to `milliseconds * (1 + spread)`. */
export interface Latency {
  milliseconds: number;
  /** From 0 (always the same) to 1. */
  spread: number;
  /** The same seed gives the same latencies, in the order of the calls. */
  seed: number;
}

/** Latencies, one for each call. */
export function latencies({ milliseconds, spread, seed }: Latency): () => number {
  const random = seededRandom(seed);
  return () => milliseconds * (1 - spread + 2 * spread * random());
}

/**
 * A token bucket, as AWS limits the rate of calls (Amazon EC2 API reference, "Request throttling", describes the
 * algorithm; IAM publishes no figures): it refills evenly and holds the tokens of one second, one at least, so that a short burst passes.
 */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #size: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param now - a clock in milliseconds. */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond;
    this.#now = now;
    this.#size = Math.max(1, perSecond);
    this.#tokens = this.#size;
    this.#filledAt = now();
  }

  /** Takes a token. @returns false when there is none: the call is throttled. */
  take(): boolean {
    const now = this.#now();
    const refilled = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#size, this.#tokens + refilled);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
