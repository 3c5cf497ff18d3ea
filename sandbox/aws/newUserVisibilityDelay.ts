/** Hides users for a while after they were made (IAM User Guide, "Troubleshoot IAM": changes are not always immediately visible). */
export class NewUserVisibilityDelay {
  #duration: { ms: number } | { calls: number } | undefined;
  #hidden = new Map<string, { until: number; calls: number }>();

  hideFromNowOn(duration: { ms: number } | { calls: number }): void {
    this.#duration = duration;
  }

  lift(): void {
    this.#duration = undefined;
    this.#hidden.clear();
  }

  userMade(name: string): void {
    if (this.#duration === undefined) return;
    this.#hidden.set(
      name,
      "ms" in this.#duration
        ? { until: Date.now() + this.#duration.ms, calls: Infinity }
        : { until: Infinity, calls: this.#duration.calls },
    );
  }

  /** Whether the user is still unknown to the call that asks now; each asking counts as a call about it. */
  hides(name: string): boolean {
    const hidden = this.#hidden.get(name);
    if (hidden === undefined) return false;
    hidden.calls -= 1;
    if (hidden.calls >= 0 && Date.now() < hidden.until) return true;
    this.#hidden.delete(name);
    return false;
  }
}
