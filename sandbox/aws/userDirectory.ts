import type { Administrator, KnownPrincipal } from "./administrator";

/**
 * Who exists. Read from the emulator once, then kept by the answers that pass: asking the emulator
 * for all users at every CreateUser would make a thousand of them slow.
 */
export class UserDirectory {
  readonly #administrator: Administrator;
  readonly #byName = new Map<string, KnownPrincipal>();
  readonly #spokenFor = new Set<string>();

  constructor(administrator: Administrator) {
    this.#administrator = administrator;
  }

  async load(): Promise<void> {
    for (const user of await this.#administrator.users()) this.added(user);
  }

  /** A user made past the front after its start is asked for; one deleted past it stays known. */
  async find(name: string): Promise<KnownPrincipal | undefined> {
    const known = this.#byName.get(name.toLowerCase());
    if (known !== undefined) return known.name === name ? known : undefined;
    const found = await this.#administrator.user(name);
    if (found !== undefined) this.added(found);
    return found;
  }

  /** What is known without asking. */
  has(user: KnownPrincipal): boolean {
    return this.#byName.get(user.name.toLowerCase())?.id === user.id;
  }

  /** Whether a name is taken, whatever its case, by a user or by a CreateUser on its way. */
  isTaken(name: string): boolean {
    const key = name.toLowerCase();
    return this.#byName.has(key) || this.#spokenFor.has(key);
  }

  /** Holds a free name while its user is being made. */
  async holding<T>(name: string, work: () => Promise<T>): Promise<T> {
    const key = name.toLowerCase();
    this.#spokenFor.add(key);
    try {
      return await work();
    } finally {
      this.#spokenFor.delete(key);
    }
  }

  added(user: KnownPrincipal): void {
    this.#byName.set(user.name.toLowerCase(), user);
  }

  removed(name: string): void {
    this.#byName.delete(name.toLowerCase());
  }
}
