/** What principals lose when statements of others are not written again. */
import { wildcards } from "./observedConditions";
import type { ForeignStatement } from "./model";
import { canonicalStatement, statementsOf } from "./presentPolicy";
import { principalsOf, whoWords } from "./statementGrants";
import {
  actionWords,
  isDeleted,
  joined,
  listedPrincipals,
  normalizedPrincipal,
  textsIn,
  type PrincipalNames,
  type StatementPrincipal,
} from "./statementWords";

/** A principal with rights from a statement that is removed. */
export interface ForeignLoss {
  /** `AWS account 999988887777`, `role ci`, `everyone but …`. */
  who: string;
  /** The ARN or name in the statement; empty for `NotPrincipal`. */
  principal: string;
  /** `allows`: it loses this. `denies`: it was denied this and would no longer be. */
  effect: "allows" | "denies";
  /** `push`, `pull and ecr:ListImages`. */
  what: string;
}

/** What remains for principals beside the statements that go. */
export interface Remaining {
  /** The policy that is written instead; undefined: none. */
  document: unknown;
  /** ARNs that may pull by a tag, which no policy of a repository shows. */
  pullByTag?: ReadonlySet<string>;
}

/**
 * What each principal loses when some statements go, but for what it keeps by others: one entry for each
 * principal and effect, in the order of the statements. Deleted users and roles lose nothing: AWS lets
 * no one in by their ids.
 */
export function foreignLosses(
  statements: readonly ForeignStatement[],
  remaining: Remaining,
  names: PrincipalNames,
): ForeignLoss[] {
  const kept = statementsOf(remaining.document);
  const lost = new Map<
    string,
    Omit<ForeignLoss, "what"> & { actions: Set<string>; parts: Set<string> }
  >();
  for (const statement of statements) {
    const effect = statement["Effect"] === "Deny" ? "denies" : "allows";
    for (const principal of principalsOf(statement)) {
      if (isDeleted(principal)) continue;
      const left = uncovered(statement, principal, kept, remaining.pullByTag);
      if (left === undefined) continue;
      const who = whoWords(statement, principal, names);
      const entry = lost.get(`${effect} ${who}`) ?? {
        who,
        principal: normalizedPrincipal(principal).value,
        effect,
        actions: new Set(),
        parts: new Set(),
      };
      for (const action of left.actions) entry.actions.add(action);
      if (left.part !== undefined) entry.parts.add(left.part);
      lost.set(`${effect} ${who}`, entry);
    }
  }
  return [...lost.values()].map(({ actions, parts, ...loss }) => {
    const words = actions.size === 0 ? [] : [actionWords([...actions])];
    return { ...loss, what: joined([...words, ...parts]) };
  });
}

/** The part of what a statement gives one principal that no other gives; undefined when all is given. */
function uncovered(
  statement: ForeignStatement,
  principal: StatementPrincipal,
  kept: readonly ForeignStatement[],
  pullByTag: ReadonlySet<string> | undefined,
): { actions: string[]; part?: string } | undefined {
  const covering = kept.filter((one) => covers(one, statement, principal));
  const patterns = covering.flatMap(({ Action }) => textsIn(Action));
  const isTagged = statement["Effect"] !== "Deny" && pullByTag?.has(principal.value) === true;
  const given = [...patterns, ...(isTagged ? PULL : [])].map((text) =>
    wildcards(text.toLowerCase()),
  );
  const isGiven = (action: string) => given.some((one) => one.test(action.toLowerCase()));
  const { Action, NotAction } = statement;
  if (Action === undefined && NotAction !== undefined) {
    const same = elementText(statement, "NotAction");
    if (isGiven("ecr:*") || covering.some((one) => elementText(one, "NotAction") === same)) {
      return undefined;
    }
    return { actions: [], part: `everything but ${actionWords(textsIn(NotAction))}` };
  }
  const actions = textsIn(Action).filter((action) => !isGiven(action));
  return actions.length === 0 ? undefined : { actions };
}

const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** One element in a form that is equal for equal meaning. */
function elementText(statement: ForeignStatement, element: string): string {
  return canonicalStatement({ [element]: statement[element] });
}

/** Whether one statement says the same to a principal, without any further condition. */
function covers(
  one: ForeignStatement,
  statement: ForeignStatement,
  principal: StatementPrincipal,
): boolean {
  const isWider =
    one["Condition"] === undefined ||
    elementText(one, "Condition") === elementText(statement, "Condition");
  if (one["Effect"] !== statement["Effect"] || !isWider) return false;
  const wanted = normalizedPrincipal(principal);
  return listedPrincipals(one["Principal"])
    .map(normalizedPrincipal)
    .some(({ kind, value }) => value === "*" || (kind === wanted.kind && value === wanted.value));
}
