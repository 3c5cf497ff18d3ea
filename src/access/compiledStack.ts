import { identityPolicy, resourcePolicy, type CompiledPolicy } from "./compiledPolicy";
import { EvaluationError } from "./evaluationError";
import type { PolicyDocument, RepositoryPolicyDocument } from "./model";
import type { Difference } from "./proof";
import { serialize } from "./serialize";
import type { StackPolicies } from "./stackPolicies";

/** A stack's documents, read once, with what decides beside them. */
export interface CompiledStack {
  group: readonly CompiledPolicy[];
  /** Customer → what its user carries. */
  users: ReadonlyMap<string, { tags: Readonly<Record<string, string>>; deny?: CompiledPolicy }>;
  /** `placeOf` repository and region → policy. */
  repositories: ReadonlyMap<string, CompiledPolicy>;
}

/** How a repository in a region is called, and told apart from all others. */
export function placeOf(repository: string, region: string): string {
  return `${repository} in ${region}`;
}

/**
 * Reads each distinct document once, from the text that AWS gets.
 *
 * @returns also a difference for each document that the evaluator does not know; then nothing can be
 * decided by the rest either.
 */
export function compileStack({ group, users, repositories }: StackPolicies): {
  compiled: CompiledStack;
  unknown: Difference[];
} {
  const unknown: Difference[] = [];
  const cached = (read: (document: unknown) => CompiledPolicy) => {
    const known = new Map<string, CompiledPolicy>();
    return (
      subject: string,
      document: PolicyDocument | RepositoryPolicyDocument,
    ): CompiledPolicy => {
      const text = serialize(document);
      const policy = known.get(text) ?? attempt(() => read(JSON.parse(text)), subject, unknown);
      known.set(text, policy);
      return policy;
    };
  };
  const [identity, resource] = [cached(identityPolicy), cached(resourcePolicy)];
  const compiled = {
    group: group.map(({ name, document }) => identity(`the policy ${name}`, document)),
    users: new Map(
      users.map(({ id, tags, deny }) => [
        id,
        { tags, ...(deny && { deny: identity(`the policy that ends ${id}`, deny) }) },
      ]),
    ),
    repositories: new Map(
      repositories.map(({ repository, region, document }) => {
        const place = placeOf(repository, region);
        return [place, resource(`the policy of ${place}`, document)];
      }),
    ),
  };
  return { compiled, unknown };
}

function attempt(
  read: () => CompiledPolicy,
  subject: string,
  unknown: Difference[],
): CompiledPolicy {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const expected = "a policy that the evaluator knows";
    unknown.push({ subject, at: "all of it", expected, found: error.message });
    return { kind: "identity", statements: [] };
  }
}
