/** IAM's own control plane, or a service that must learn of a new user from it. */
export type Place = "iam" | "ecr";

type Duration = { ms: number } | { calls: number };

/**
 * Hides users for a while after they were created (IAM User Guide, "Troubleshoot IAM": changes are not always
 * immediately visible), from each place on its own: what IAM shows, ECR need not know yet.
 */
export class NewUserVisibilityDelay {
  #duration: Duration | undefined;
  #hidden = new Map<string, { until: number; callsLeft: number }>();

  hideFromNowOn(duration: Duration): void {
    this.#duration = duration;
  }

  lift(): void {
    this.#duration = undefined;
    this.#hidden.clear();
  }

  userMade(name: string): void {
    const duration = this.#duration;
    if (duration === undefined) return;
    const until = "ms" in duration ? Date.now() + duration.ms : Infinity;
    const callsLeft = "ms" in duration ? Infinity : duration.calls;
    for (const place of ["iam", "ecr"] as const) {
      this.#hidden.set(`${place} ${name}`, { until, callsLeft });
    }
  }

  /** Whether the user is still hidden from this call; each question counts as a call about it. */
  hides(name: string, place: Place): boolean {
    const key = `${place} ${name}`;
    const hidden = this.#hidden.get(key);
    if (hidden === undefined) return false;
    hidden.callsLeft -= 1;
    if (hidden.callsLeft >= 0 && Date.now() < hidden.until) return true;
    this.#hidden.delete(key);
    return false;
  }
}
