/**
 * The most that users can have of something, by what has been added since they were made. What was taken
 * away again is not subtracted: the answer is a bound, good for not having to ask the emulator for each of
 * a thousand first keys.
 */
export class UserTallies {
  readonly #tallies = new Map<string, Map<string, number>>();

  /** A user has been made just now, with so much of `what`. */
  begin(user: string, what: string, amount: number): void {
    this.#tallies.set(user, new Map([[what, amount]]));
  }

  /** From now on nothing is known of what the user has. */
  forget(user: string): void {
    this.#tallies.delete(user);
  }

  /**
   * Counts something that is about to be added, whatever becomes of it.
   *
   * @returns how much of it the user may have then; undefined for a user whose making was not seen.
   */
  add(user: string, what: string, amount: number): number | undefined {
    const tally = this.#tallies.get(user);
    if (tally === undefined) return undefined;
    const most = (tally.get(what) ?? 0) + amount;
    tally.set(what, most);
    return most;
  }
}
