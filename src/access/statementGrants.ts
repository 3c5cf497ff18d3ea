import type { ForeignStatement } from "./model";
import {
  actionWords,
  listedPrincipals,
  principalWords,
  textsIn,
  type PrincipalNames,
  type StatementPrincipal,
} from "./statementWords";

/** What a statement says about one of its principals, in words. */
export interface StatementGrant {
  effect: "allows" | "denies";
  /** `AWS account 999988887777`. */
  who: string;
  /** `push`. */
  what: string;
  /** The statement has conditions: it holds for fewer requests than this says. */
  conditional: boolean;
}

/** What statements of others allow and deny, one entry for each principal, in their order. */
export function statementGrants(
  statements: readonly ForeignStatement[],
  names: PrincipalNames,
): StatementGrant[] {
  return statements.flatMap((statement) =>
    principalsOf(statement).map((principal) => ({
      effect: statement["Effect"] === "Deny" ? "denies" : "allows",
      who: whoWords(statement, principal, names),
      what: whatWords(statement),
      conditional: statement["Condition"] !== undefined,
    })),
  );
}

/** Whom a statement lists; for `NotPrincipal` one entry that stands for all others. */
export function principalsOf(statement: ForeignStatement): StatementPrincipal[] {
  const { Principal, NotPrincipal } = statement;
  if (Principal === undefined && NotPrincipal !== undefined) return [EVERYONE_ELSE];
  return listedPrincipals(Principal);
}

const EVERYONE_ELSE: StatementPrincipal = { kind: "NotPrincipal", value: "" };

/** One of a statement's principals in words, `everyone but …` for `NotPrincipal`. */
export function whoWords(
  statement: ForeignStatement,
  principal: StatementPrincipal,
  names: PrincipalNames,
): string {
  if (principal.kind !== "NotPrincipal") return principalWords(principal, names);
  const excepted = listedPrincipals(statement["NotPrincipal"]);
  return `everyone but ${excepted.map((one) => principalWords(one, names)).join(", ")}`;
}

/** A statement's actions in words, `everything but …` for `NotAction`. */
export function whatWords({ Action, NotAction }: ForeignStatement): string {
  if (Action === undefined && NotAction !== undefined) {
    return `everything but ${actionWords(textsIn(NotAction))}`;
  }
  return actionWords(textsIn(Action));
}
