import type { Administrator, KnownPrincipal } from "./administrator";

/**
 * Which users exist. Read from the emulator once, then updated from the responses that pass: listing all
 * users at every CreateUser would make a thousand of them slow.
 */
export class UserDirectory {
  readonly #administrator: Administrator;
  readonly #byName = new Map<string, KnownPrincipal>();
  readonly #reserved = new Set<string>();

  constructor(administrator: Administrator) {
    this.#administrator = administrator;
  }

  async load(): Promise<void> {
    for (const user of await this.#administrator.users()) this.added(user);
  }

  /** A user created without the front after its start is looked up; one deleted without it stays known. */
  async find(name: string): Promise<KnownPrincipal | undefined> {
    const known = this.#byName.get(name.toLowerCase());
    if (known !== undefined) return known.name === name ? known : undefined;
    const found = await this.#administrator.user(name);
    if (found !== undefined) this.added(found);
    return found;
  }

  /** What is known without a call. */
  has(user: KnownPrincipal): boolean {
    return this.#byName.get(user.name.toLowerCase())?.id === user.id;
  }

  /** Whether a name is taken, whatever its case, by a user or by a CreateUser in flight. */
  isTaken(name: string): boolean {
    const key = name.toLowerCase();
    return this.#byName.has(key) || this.#reserved.has(key);
  }

  /** Reserves a free name while its user is being created. */
  async holding<T>(name: string, work: () => Promise<T>): Promise<T> {
    const key = name.toLowerCase();
    this.#reserved.add(key);
    try {
      return await work();
    } finally {
      this.#reserved.delete(key);
    }
  }

  added(user: KnownPrincipal): void {
    this.#byName.set(user.name.toLowerCase(), user);
  }

  removed(name: string): void {
    this.#byName.delete(name.toLowerCase());
  }
}
