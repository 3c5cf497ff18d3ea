import type { PolicyOwner } from "./model";

/**
 * Who writes a repository's policy, by its `Id`. `SetRepositoryPolicy` replaces the whole document,
 * so whoever writes it decides about everyone in it (docs/architecture.md, "Ownership of a
 * repository policy").
 */
export type Ownership =
  /** This stack. */
  | { kind: "own"; hash: string }
  /** A stack of ecr-customers from before its `Id` named the stack; taken for this one. */
  | { kind: "unnamed"; hash: string }
  | { kind: "other-stack"; owner: PolicyOwner }
  /** Not written by ecr-customers. */
  | { kind: "foreign" };

const PREFIX = "ecr-customers";
const UNNAMED = /^ecr-customers-([0-9a-f]{12})$/;
/** What Pulumi allows in the name of a project and of a stack. */
const NAMED = /^ecr-customers\/([A-Za-z0-9_.-]+)\/([A-Za-z0-9_.-]+)\/([0-9a-f]{12})$/;

/** `ecr-customers/<Pulumi project>/<stack>/<hash of the bound ids>`. */
export function policyId({ project, stack }: PolicyOwner, hash: string): string {
  return `${PREFIX}/${project}/${stack}/${hash}`;
}

/**
 * Who wrote a policy.
 *
 * @param document - the policy as AWS holds it, parsed; anything that is not a policy is foreign.
 * @param owner - this stack.
 */
export function ownershipOf(document: unknown, owner: PolicyOwner): Ownership {
  const id = (document as { Id?: unknown } | null | undefined)?.Id;
  if (typeof id !== "string") return { kind: "foreign" };
  const [, unnamed] = UNNAMED.exec(id) ?? [];
  if (unnamed !== undefined) return { kind: "unnamed", hash: unnamed };
  const [, project, stack, hash] = NAMED.exec(id) ?? [];
  if (project === undefined || stack === undefined || hash === undefined) {
    return { kind: "foreign" };
  }
  const isOwn = project === owner.project && stack === owner.stack;
  return isOwn ? { kind: "own", hash } : { kind: "other-stack", owner: { project, stack } };
}
