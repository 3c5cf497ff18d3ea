import type { Administrator, KnownUser } from "./administrator";
import { KeyedLock } from "./keyedLock";
import { readRepositoryPolicy, replacePrincipal } from "./policyText";
import type { UserDirectory } from "./userDirectory";

interface Bound {
  region: string;
  repository: string;
  users: KnownUser[];
}

/**
 * A principal is bound to the user's unique id when a policy is saved (IAM User Guide, "AWS JSON
 * policy elements: Principal"): deleting the user leaves the id in the policy, and a new user of the
 * same name is somebody else. The emulator keeps and compares ARNs, so for a deleted user the ARN in
 * its copy is replaced by the id, which matches nobody.
 */
export class PrincipalBindings {
  readonly #administrator: Administrator;
  readonly #users: UserDirectory;
  readonly #bound = new Map<string, Bound>();
  readonly #lock = new KeyedLock();

  constructor(administrator: Administrator, users: UserDirectory) {
    this.#administrator = administrator;
    this.#users = users;
  }

  /** Takes over the policies that the emulator already holds, for a front started later than it. */
  async load(regions: readonly string[]): Promise<void> {
    for (const region of regions) {
      for (const repository of await this.#administrator.repositories(region)) {
        const text = await this.#administrator.repositoryPolicy(region, repository);
        const users: KnownUser[] = [];
        for (const principal of readRepositoryPolicy(text ?? "") ?? []) {
          if (principal.kind !== "user") continue;
          const user = await this.#users.find(principal.name);
          if (user?.arn === principal.arn) users.push(user);
        }
        this.#bound.set(keyOf(region, repository), { region, repository, users });
      }
    }
  }

  /** Keeps a policy's writing apart from our own rewriting of it. */
  exclusively<T>(region: string, repository: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(keyOf(region, repository), work);
  }

  /** Remembers whom a policy just saved is bound to. Within `exclusively`. */
  async saved(region: string, repository: string, users: KnownUser[]): Promise<void> {
    const bound = { region, repository, users };
    this.#bound.set(keyOf(region, repository), bound);
    // A user deleted between the check of the principals and now.
    for (const user of users) if (!this.#users.has(user)) await this.#release(bound, user);
  }

  removed(region: string, repository: string): void {
    this.#bound.delete(keyOf(region, repository));
  }

  /** Puts a deleted user's id in the place of its ARN, in every policy bound to it. */
  async userDeleted(user: KnownUser): Promise<void> {
    const bound = [...this.#bound.values()].filter((entry) => entry.users.some(same(user)));
    await Promise.all(
      bound.map(({ region, repository }) =>
        this.exclusively(region, repository, async () => {
          // Saved anew while we waited: then the entry is another one.
          const now = this.#bound.get(keyOf(region, repository));
          if (now?.users.some(same(user)) === true) await this.#release(now, user);
        }),
      ),
    );
  }

  async #release(bound: Bound, user: KnownUser): Promise<void> {
    bound.users = bound.users.filter((entry) => entry.id !== user.id);
    const text = await this.#administrator.repositoryPolicy(bound.region, bound.repository);
    if (text === undefined) return;
    await this.#administrator.setRepositoryPolicy(
      bound.region,
      bound.repository,
      replacePrincipal(text, user.arn, user.id),
    );
  }
}

function same(user: KnownUser): (other: KnownUser) => boolean {
  return (other) => other.id === user.id;
}

function keyOf(region: string, repository: string): string {
  return `${region}/${repository}`;
}
