/**
 * A repository's policy as AWS holds it, taken apart: what is ours in it, and what is not. Pure; used
 * where a policy is compared, planned and, at the last moment, written (docs/architecture.md,
 * "Ownership of a repository policy").
 */
import type { ForeignStatement, PolicyOwner } from "./model";
import { ownershipOf, type Ownership } from "./policyId";
import { hashOfIds, OWN_SIDS } from "./repositoryPolicy";
import { isDeleted, listedPrincipals, normalizedPrincipal, textsIn } from "./statementWords";

export interface PresentPolicy {
  ownership: Ownership;
  /** Our statement, if the policy is ours and has it. */
  own?: ForeignStatement;
  /** All other statements, unchanged and in their order. */
  others: readonly ForeignStatement[];
}

/**
 * Takes a policy apart.
 *
 * @param document - as AWS holds it, parsed; undefined without a policy.
 * @param owner - this stack.
 */
export function presentPolicy(document: unknown, owner: PolicyOwner): PresentPolicy {
  const ownership = ownershipOf(document, owner);
  const statements = statementsOf(document);
  // A policy that was written without any principal of ours has no statement of ours.
  const isOurs = "hash" in ownership && ownership.hash !== hashOfIds([]);
  const own = isOurs ? ownStatementOf(statements) : undefined;
  return {
    ownership,
    ...(own === undefined ? {} : { own }),
    others: statements.filter((one) => one !== own),
  };
}

/** A policy's statements, be it one or a list of them; those that are not objects are left out. */
export function statementsOf(document: unknown): ForeignStatement[] {
  const found = (document as { Statement?: unknown } | null | undefined)?.Statement;
  const listed: unknown[] = Array.isArray(found) ? found : [found];
  return listed.filter((one): one is ForeignStatement => typeof one === "object" && one !== null);
}

/** The last name first: it is in use when a statement of others has the usual one. */
function ownStatementOf(statements: readonly ForeignStatement[]): ForeignStatement | undefined {
  return [...OWN_SIDS]
    .reverse()
    .map((sid) => statements.find((one) => one["Sid"] === sid))
    .find((one) => one !== undefined);
}

/**
 * The statements of a first list that the second one lacks. A statement is the same in whatever form
 * AWS gives it back: one value or a list, in any order, an account as number or ARN, with any `Sid`, and without
 * those who are deleted, whom AWS lets no one write again.
 */
export function statementsMissing(
  statements: readonly ForeignStatement[],
  from: readonly ForeignStatement[],
): ForeignStatement[] {
  const left = from.map(canonicalStatement);
  return statements.filter((statement) => {
    const at = left.indexOf(canonicalStatement(statement));
    if (at < 0) return true;
    left.splice(at, 1);
    return false;
  });
}

/** One text for equal statements, see `statementsMissing`. */
export function canonicalStatement(statement: ForeignStatement): string {
  const { Sid: _, ...elements } = statement;
  const entries = Object.entries(elements).map(([key, value]): [string, unknown] => {
    if (key === "Principal" || key === "NotPrincipal") return [key, canonicalPrincipals(value)];
    if (key === "Action" || key === "NotAction") {
      return [key, sorted(textsIn(value).map((text) => text.toLowerCase()))];
    }
    return [key, canonicalValue(value)];
  });
  return JSON.stringify(Object.fromEntries(entries.sort(byKey)));
}

/** One text for equal conditions of statements, empty without any. */
export function canonicalCondition({ Condition }: ForeignStatement): string {
  return Condition === undefined ? "" : JSON.stringify(canonicalValue(Condition));
}

function canonicalPrincipals(value: unknown): string[] {
  const listed = listedPrincipals(value).filter((principal) => !isDeleted(principal));
  return sorted(listed.map(normalizedPrincipal).map((one) => `${one.kind} ${one.value}`));
}

function canonicalValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    const parts = sorted(value.map((one) => JSON.stringify(canonicalValue(one))));
    return parts.length === 1 ? (JSON.parse(parts[0] ?? "null") as unknown) : parts;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [
    key,
    canonicalValue(one),
  ]);
  return Object.fromEntries(entries.sort(byKey));
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
