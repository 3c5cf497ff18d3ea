import { AwsRefusal } from "./awsAnswer";
import { type AwsCall, isWrite, textOf } from "./awsCall";
import { NewUserVisibilityDelay } from "./newUserVisibilityDelay";

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
 * Makes the sandbox's AWS fail on purpose. All counts begin when the fault is set, and nothing is
 * drawn by lot: the same calls fail in every run.
 */
export class Faults {
  #failed: { fault: FailedCall; seen: number }[] = [];
  #throttle: { ratio: number; sum: number } | undefined;
  #writes: { left: number; kind: "lose" | "call"; callback?: () => void | Promise<void> }[] = [];

  /** Who is still invisible; the rules ask it. */
  readonly newUserVisibilityDelay = new NewUserVisibilityDelay();

  /** Refuses matching calls with the given error; they have no effect. */
  failCall(fault: FailedCall): void {
    this.#failed.push({ fault, seen: 0 });
  }

  /** Refuses a share of all calls, evenly spread, as AWS does when they come too fast. */
  throttle(share: { ratio: number } | { everyNth: number }): void {
    this.#throttle = { ratio: "ratio" in share ? share.ratio : 1 / share.everyNth, sum: 0 };
  }

  /**
   * Delays the visibility of users made from now on, as IAM's eventual consistency may: for that
   * time, or for that many calls about each user, it is unknown by name and as a principal.
   * Listings show it at once.
   */
  hideNewUsers(until: { ms: number } | { calls: number }): void {
    this.newUserVisibilityDelay.hideFromNowOn(until);
  }

  /** The k-th write from now (from 1) takes effect, but its caller's connection is cut. */
  loseResponse(k: number): void {
    this.#writes.push({ left: k, kind: "lose" });
  }

  /** Calls back just before the k-th write from now (from 1) is passed on, and waits for it. */
  atCall(k: number, callback: () => void | Promise<void>): void {
    this.#writes.push({ left: k, kind: "call", callback });
  }

  /** Ends all faults. Users hidden by `hideNewUsers` become visible. */
  clear(): void {
    this.#failed = [];
    this.#throttle = undefined;
    this.#writes = [];
    this.newUserVisibilityDelay.lift();
  }

  /**
   * What happens to a call before it is passed on.
   *
   * @returns whether its answer must be lost.
   * @throws AwsRefusal when it must fail.
   */
  async beforeCall(call: AwsCall): Promise<{ loseAnswer: boolean }> {
    let loseAnswer = false;
    if (isWrite(call.action)) {
      for (const fault of this.#writes) {
        fault.left -= 1;
        if (fault.left !== 0) continue;
        loseAnswer ||= fault.kind === "lose";
        await fault.callback?.();
      }
      this.#writes = this.#writes.filter((fault) => fault.left > 0);
    }
    this.#throttleCall(call);
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

  #throttleCall(call: AwsCall): void {
    if (this.#throttle === undefined) return;
    this.#throttle.sum += this.#throttle.ratio;
    // Sums of shares such as 1/3 end a hair below a whole number.
    if (this.#throttle.sum < 1 - 1e-9) return;
    this.#throttle.sum -= 1;
    const code = call.protocol === "json" ? "ThrottlingException" : "Throttling";
    throw new AwsRefusal(code, "Rate exceeded", 400);
  }
}

function matches(fault: FailedCall, call: AwsCall): boolean {
  return (
    (fault.action === undefined || fault.action === call.action) &&
    (fault.userName === undefined || fault.userName === textOf(call, "UserName")) &&
    (fault.repository === undefined || fault.repository === textOf(call, "repositoryName"))
  );
}
