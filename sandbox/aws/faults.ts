import { setTimeout as sleep } from "node:timers/promises";
import { AwsRefusal } from "./awsAnswer";
import { type AwsCall, isWrite, textOf } from "./awsCall";
import { NewUserVisibilityDelay } from "./newUserVisibilityDelay";
import { latencies, TokenBucket, type Latency } from "./pace";
import { seededRandom } from "./seededRandom";

/** Which calls fail and how. Without `action`, `userName` and `repository` every call matches. */
export interface FailedCall {
  action?: string;
  userName?: string;
  repository?: string;
  /** The first matching call that fails, from 1; 1 when left out. */
  nth?: number;
  /** How many matching calls in a row fail; 1 when left out, `Infinity` for all from then on. */
  times?: number;
  error: { code: string; message: string; status: number };
}

/**
 * Which share of the calls AWS throttles: evenly spread, or, with a seed, at random, but the same calls in
 * each run with the same seed.
 */
export type Throttling = { ratio: number; seed?: number } | { everyNth: number };

interface CountedWrite {
  left: number;
  kind: "lose" | "call";
  action?: string | undefined;
  callback?: () => void | Promise<void>;
}

/** A caller that went away while its call was held back: the call never reached AWS. */
export class CallerGone extends Error {}

/**
 * Makes the sandbox's AWS fail on purpose. All counts begin when the fault is set, and nothing depends on
 * chance: the same calls fail in every run.
 */
export class Faults {
  #failed: { fault: FailedCall; seen: number }[] = [];
  #throttles: (() => boolean) | undefined;
  #delays: { ms: () => number; action?: string }[] = [];
  #buckets: { reads: TokenBucket; writes: TokenBucket } | undefined;
  #held: { answered: Promise<void>; release: () => void } | undefined;
  #writes: CountedWrite[] = [];

  /** Which users are still hidden. */
  readonly newUserVisibilityDelay = new NewUserVisibilityDelay();

  /** Refuses matching calls with the given error; they have no effect. */
  failCall(fault: FailedCall): void {
    this.#failed.push({ fault, seen: 0 });
  }

  /** Throttles a share of all calls. */
  throttle(share: Throttling): void {
    this.#throttles = "everyNth" in share ? evenly(1 / share.everyNth) : chosen(share);
  }

  /** Adds latency to each call, or to each call of one action. */
  delay(milliseconds: number, action?: string): void {
    this.#delays.push({ ms: () => milliseconds, action });
  }

  /** Adds latency that varies from call to call. */
  spreadDelay(latency: Latency): void {
    this.#delays.push({ ms: latencies(latency) });
  }

  /** Throttles IAM's calls beyond so many writes, and as many reads, a second: each has a token bucket. */
  limitRate(perSecond: number): void {
    this.#buckets = { reads: new TokenBucket(perSecond), writes: new TokenBucket(perSecond) };
  }

  /**
   * Drops the network: calls get no response and have no effect until `answerAgain`; then those whose
   * callers still wait are handled.
   */
  stopAnswering(): void {
    if (this.#held !== undefined) return;
    let release = () => {};
    const answered = new Promise<void>((resolve) => (release = resolve));
    this.#held = { answered, release };
  }

  answerAgain(): void {
    this.#held?.release();
    this.#held = undefined;
  }

  /**
   * Delays the visibility of users created from now on, as IAM's eventual consistency may. For that time,
   * or for that many calls about each user, IAM does not find it by name; independently, for as long or
   * for as many calls, ECR does not know it as a principal. Listings show it at once.
   */
  hideNewUsers(until: { ms: number } | { calls: number }): void {
    this.newUserVisibilityDelay.hideFromNowOn(until);
  }

  /**
   * The k-th write from now (from 1) takes effect, but its connection is cut before the response.
   *
   * @param action - counts only writes of this action.
   */
  loseResponse(k: number, action?: string): void {
    this.#writes.push({ left: k, kind: "lose", action });
  }

  /**
   * Calls `callback` just before the k-th write from now (from 1) is forwarded, and waits for it.
   *
   * @param action - counts only writes of this action.
   */
  atCall(k: number, callback: () => void | Promise<void>, action?: string): void {
    this.#writes.push({ left: k, kind: "call", callback, action });
  }

  /** Ends all faults. Users hidden by `hideNewUsers` become visible. */
  clear(): void {
    this.#failed = [];
    this.#throttles = undefined;
    this.#delays = [];
    this.#buckets = undefined;
    this.#writes = [];
    this.answerAgain();
    this.newUserVisibilityDelay.lift();
  }

  /**
   * Applies the faults to a call before it is forwarded.
   *
   * @returns whether its answer must be lost.
   * @throws AwsRefusal when it must fail, CallerGone when its caller has stopped waiting for it.
   */
  async beforeCall(call: AwsCall): Promise<{ loseAnswer: boolean }> {
    let loseAnswer = false;
    if (isWrite(call.action)) {
      for (const fault of this.#writes) {
        if (fault.action !== undefined && fault.action !== call.action) continue;
        fault.left -= 1;
        if (fault.left !== 0) continue;
        loseAnswer ||= fault.kind === "lose";
        await fault.callback?.();
      }
      this.#writes = this.#writes.filter((fault) => fault.left > 0);
    }
    const delay = this.#delays.filter(
      ({ action }) => action === undefined || action === call.action,
    );
    for (const { ms } of delay) await sleep(ms());
    if (this.#held !== undefined) {
      await this.#held.answered;
      if (call.request.abandoned?.aborted === true) throw new CallerGone();
    }
    if (this.#throttles?.() === true || this.#isTooFast(call)) throw throttled(call);
    for (const entry of this.#failed) {
      const { fault } = entry;
      if (!matches(fault, call)) continue;
      entry.seen += 1;
      const nth = fault.nth ?? 1;
      if (entry.seen >= nth && entry.seen < nth + (fault.times ?? 1)) {
        throw new AwsRefusal(fault.error.code, fault.error.message, fault.error.status);
      }
    }
    return { loseAnswer };
  }

  #isTooFast({ service, action }: AwsCall): boolean {
    if (this.#buckets === undefined || service !== "iam") return false;
    const { reads, writes } = this.#buckets;
    return !(isWrite(action) ? writes : reads).take();
  }
}

/** Returns true for a share of its calls, evenly spread. */
function evenly(ratio: number): () => boolean {
  let sum = 0;
  return () => {
    sum += ratio;
    // Sums of shares such as 1/3 end slightly below a whole number.
    if (sum < 1 - 1e-9) return false;
    sum -= 1;
    return true;
  };
}

/** Returns true for a share of its calls: at random with a seed, else evenly spread. */
function chosen({ ratio, seed }: { ratio: number; seed?: number }): () => boolean {
  if (seed === undefined) return evenly(ratio);
  const random = seededRandom(seed);
  return () => random() < ratio;
}

function throttled(call: AwsCall): AwsRefusal {
  const code = call.protocol === "json" ? "ThrottlingException" : "Throttling";
  return new AwsRefusal(code, "Rate exceeded", 400);
}

function matches(fault: FailedCall, call: AwsCall): boolean {
  return (
    (fault.action === undefined || fault.action === call.action) &&
    (fault.userName === undefined || fault.userName === textOf(call, "UserName")) &&
    (fault.repository === undefined || fault.repository === textOf(call, "repositoryName"))
  );
}
