import type { ForeignStatement } from "./access/model";

/**
 * The last check before a repository's policy is written. `SetRepositoryPolicy` replaces the whole document,
 * and others may have changed it since the preview (docs/architecture.md, "Ownership of a repository
 * policy").
 */
export interface PolicyGuard {
  /**
   * Reads the policy that AWS holds now.
   *
   * @param next - the statements that are about to replace it.
   * @returns why they must not; undefined if nothing of others would be lost.
   */
  refusal(
    repository: string,
    region: string,
    next: readonly ForeignStatement[],
  ): Promise<string | undefined>;
}
