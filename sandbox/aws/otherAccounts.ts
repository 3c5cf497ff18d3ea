import type { PolicyPrincipal } from "./policyText";

/**
 * Which accounts, and which of their users and roles, exist beside the sandbox's own account. All do,
 * until a test says otherwise; ECR refuses a policy with a principal of an account that does not exist
 * with the same words as one of a user that does not.
 */
export class OtherAccounts {
  #missing = new Set<string>();
  #existing: ReadonlySet<string> | undefined;

  /** From now on only these accounts exist: 12 digits each. */
  onlyThese(accounts: readonly string[]): void {
    this.#existing = new Set(accounts);
  }

  /** Closes accounts (12 digits), or deletes single users and roles of theirs (ARNs). */
  remove(...accountsOrArns: readonly string[]): void {
    for (const entry of accountsOrArns) this.#missing.add(entry);
  }

  /** All exist again. */
  reset(): void {
    this.#missing = new Set();
    this.#existing = undefined;
  }

  /** Whether a principal exists; one that belongs to no account (`*`, a service) does. */
  has(principal: Exclude<PolicyPrincipal, { kind: "unknown" }>): boolean {
    const { account } = principal;
    if (account === undefined) return true;
    if (this.#missing.has(account) || this.#existing?.has(account) === false) return false;
    return !this.#missing.has(principal.kind === "other" ? principal.text : principal.arn);
  }
}
