import type { Administrator, KnownPrincipal } from "./administrator";
import { KeyedLock } from "./keyedLock";
import { readRepositoryPolicy, replacePrincipal } from "./policyText";
import type { UserDirectory } from "./userDirectory";

interface Bound {
  region: string;
  repository: string;
  principals: KnownPrincipal[];
}

/**
 * A principal is bound to the unique id of the user or role when a policy is saved (IAM User Guide,
 * "AWS JSON policy elements: Principal"): deleting it leaves the id in the policy, a new one of the
 * same name is another principal, and a renamed one keeps its access. The emulator keeps and compares
 * ARNs, so in its copy a deleted principal's ARN is replaced by the id, which matches no one, and a
 * renamed one's by its new ARN.
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

  /** Reads the policies that the emulator already holds, for a front that starts later. */
  async load(regions: readonly string[]): Promise<void> {
    for (const region of regions) {
      for (const repository of await this.#administrator.repositories(region)) {
        const text = await this.#administrator.repositoryPolicy(region, repository);
        const principals: KnownPrincipal[] = [];
        for (const named of readRepositoryPolicy(text ?? "") ?? []) {
          if (named.kind === "other" || named.kind === "unknown") continue;
          const found =
            named.kind === "user"
              ? await this.#users.find(named.name)
              : await this.#administrator.role(named.name);
          if (found?.arn === named.arn) principals.push(found);
        }
        this.#bound.set(keyOf(region, repository), { region, repository, principals });
      }
    }
  }

  /** Serializes writes of a policy with our own rewriting of it. */
  exclusively<T>(region: string, repository: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(keyOf(region, repository), work);
  }

  /** Records the principals of a policy that was just saved. Within `exclusively`. */
  async saved(region: string, repository: string, principals: KnownPrincipal[]): Promise<void> {
    const bound = { region, repository, principals };
    this.#bound.set(keyOf(region, repository), bound);
    // A user deleted between the check of the principals and now.
    const isUser = ({ arn }: KnownPrincipal) => arn.includes(":user/");
    for (const user of principals.filter(isUser)) {
      if (!this.#users.has(user)) await this.#release(bound, user);
    }
  }

  removed(region: string, repository: string): void {
    this.#bound.delete(keyOf(region, repository));
  }

  /** Replaces a deleted user's or role's ARN by its id, in every policy bound to it. */
  deleted(principal: KnownPrincipal): Promise<void> {
    return this.#inAllBoundTo(principal, (bound) => this.#release(bound, principal));
  }

  /**
   * Renames a user: every policy bound to it names both ARNs meanwhile, because the emulator compares ARNs and a
   * renamed user's access never pauses.
   *
   * @param rename - renames it in the emulator; undefined when that is refused.
   */
  async renaming(
    before: KnownPrincipal,
    newArn: string,
    rename: () => Promise<KnownPrincipal | undefined>,
  ): Promise<void> {
    const texts = new Map<Bound, { original: string; both: string }>();
    await this.#inAllBoundTo(before, async (bound) => {
      const { region, repository } = bound;
      const original = await this.#administrator.repositoryPolicy(region, repository);
      if (original === undefined || newArn === before.arn) return;
      const both = replacePrincipal(original, before.arn, before.arn, newArn);
      texts.set(bound, { original, both });
      await this.#administrator.setRepositoryPolicy(region, repository, both);
    });
    let after: KnownPrincipal | undefined;
    const settle = async (bound: Bound) => {
      const { region, repository } = bound;
      const { original, both } = texts.get(bound) ?? {};
      const now = await this.#administrator.repositoryPolicy(region, repository);
      // Saved again while it was renamed: then the text is the one to change.
      const from = now === both ? original : now;
      const renamed = after ?? before;
      bound.principals = bound.principals.map((one) => (one.id === renamed.id ? renamed : one));
      if (from === undefined) return;
      const text = replacePrincipal(from, before.arn, renamed.arn);
      await this.#administrator.setRepositoryPolicy(region, repository, text);
    };
    try {
      after = await rename();
    } finally {
      await this.#inAllBoundTo(before, settle);
    }
  }

  async #inAllBoundTo(principal: KnownPrincipal, work: (bound: Bound) => Promise<void>) {
    const isBound = (entry: Bound) => entry.principals.some(({ id }) => id === principal.id);
    await Promise.all(
      [...this.#bound.values()].filter(isBound).map(({ region, repository }) =>
        this.exclusively(region, repository, async () => {
          // Saved again while we waited: then the entry is another one.
          const now = this.#bound.get(keyOf(region, repository));
          if (now !== undefined && isBound(now)) await work(now);
        }),
      ),
    );
  }

  async #release(bound: Bound, principal: KnownPrincipal): Promise<void> {
    bound.principals = bound.principals.filter((entry) => entry.id !== principal.id);
    await this.#rewrite(bound, principal.arn, principal.id);
  }

  async #rewrite({ region, repository }: Bound, from: string, to: string): Promise<void> {
    const text = await this.#administrator.repositoryPolicy(region, repository);
    if (text === undefined) return;
    const rewritten = replacePrincipal(text, from, to);
    await this.#administrator.setRepositoryPolicy(region, repository, rewritten);
  }
}

function keyOf(region: string, repository: string): string {
  return `${region}/${repository}`;
}
