import {
  identityPolicy,
  resourcePolicy,
  trustedTokens,
  type CompiledPolicy,
} from "./compiledPolicy";
import { EvaluationError } from "./evaluationError";
import type {
  Catalogue,
  ForeignStatement,
  PolicyDocument,
  RepositoryPolicyDocument,
} from "./model";
import { observedStatement } from "./observedPolicy";
import { statementsOf } from "./presentPolicy";
import type { Difference } from "./proof";
import { serialize } from "./serialize";
import type { StackPolicies } from "./stackPolicies";

/** A stack's documents, read once, with what decides beside them. */
export interface CompiledStack {
  group: readonly CompiledPolicy[];
  /** Customer → what its user carries. */
  users: ReadonlyMap<string, { tags: Readonly<Record<string, string>>; deny?: CompiledPolicy }>;
  /** Customer → what its role carries, and whose tokens may assume it. */
  roles: ReadonlyMap<
    string,
    { tags: Readonly<Record<string, string>>; deny?: CompiledPolicy; trust: CompiledPolicy }
  >;
  /** `placeOf` repository and region → policy. */
  repositories: ReadonlyMap<string, CompiledPolicy>;
}

/** The name of a repository in a region, different from all others. */
export function placeOf(repository: string, region: string): string {
  return `${repository} in ${region}`;
}

/**
 * Reads each distinct document once, from the text that AWS gets. Statements of others, which the
 * settings declare, are read as AWS reads them; ours have to be of the forms that we write.
 *
 * @param catalogue - whose statements of others are expected in the documents.
 * @returns also a difference for each document that the evaluator does not know; then nothing can be
 * decided by the rest either.
 */
export function compileStack(
  { group, users, roles, repositories }: StackPolicies,
  catalogue: Catalogue,
): { compiled: CompiledStack; unknown: Difference[] } {
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
  const identity = cached(identityPolicy);
  const trusts = cached(trustedTokens);
  const resources = new Map(
    [...catalogue].map(([name, { statements = [] }]) => [
      name,
      cached((document) => withOthers(document, statements)),
    ]),
  );
  const compiled = {
    group: group.map(({ name, document }) => identity(`the policy ${name}`, document)),
    users: new Map(
      users.map(({ id, tags, deny }) => [
        id,
        { tags, ...(deny && { deny: identity(`the policy that ends ${id}`, deny) }) },
      ]),
    ),
    roles: new Map(
      roles.map(({ id, tags, deny, trust }) => [
        id,
        {
          tags,
          ...(deny && { deny: identity(`the policy that ends ${id}`, deny) }),
          trust: trusts(`the trust policy of ${id}`, trust),
        },
      ]),
    ),
    repositories: new Map(
      repositories.map(({ repository, region, document }) => {
        const place = placeOf(repository, region);
        const resource = resources.get(repository) ?? cached(resourcePolicy);
        return [place, resource(`the policy of ${place}`, document)];
      }),
    ),
  };
  return { compiled, unknown };
}

/** @param declared - statements of others. @throws EvaluationError for one of ours that is not as we write it. */
function withOthers(document: unknown, declared: readonly ForeignStatement[]): CompiledPolicy {
  if (declared.length === 0) return resourcePolicy(document);
  const expected = new Set(declared.map((one) => JSON.stringify(one)));
  const statements = statementsOf(document);
  const others = statements.filter((one) => expected.has(JSON.stringify(one)));
  const Statement = statements.filter((one) => !others.includes(one));
  const own =
    Statement.length === 0 ? [] : resourcePolicy({ ...(document as object), Statement }).statements;
  const read = others.map((one) => observedStatement("resource", one));
  return { kind: "resource", statements: [...own, ...read] };
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
