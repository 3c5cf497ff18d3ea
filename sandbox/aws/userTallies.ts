/**
 * An upper bound of what users have, from what was added since they were created. Removals are not
 * subtracted. It saves asking the emulator about each of a thousand first keys.
 */
export class UserTallies {
  readonly #tallies = new Map<string, Map<string, number>>();

  /** A user was just created with this much of `what`. */
  begin(user: string, what: string, amount: number): void {
    this.#tallies.set(user, new Map([[what, amount]]));
  }

  /** From now on nothing is known about the user. */
  forget(user: string): void {
    this.#tallies.delete(user);
  }

  /**
   * Counts something that is about to be added, whether or not it succeeds.
   *
   * @returns how much the user may have then; undefined for a user whose creation was not seen.
   */
  add(user: string, what: string, amount: number): number | undefined {
    const tally = this.#tallies.get(user);
    if (tally === undefined) return undefined;
    const most = (tally.get(what) ?? 0) + amount;
    tally.set(what, most);
    return most;
  }
}
