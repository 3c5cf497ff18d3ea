/**
 * What an update of a repository's policy does to statements of others: at the first contact with a
 * policy that no update of this stack has written, and when a statement appears later by hand
 * (docs/architecture.md, "Ownership of a repository policy").
 */
import { foreignLosses, type ForeignLoss, type Remaining } from "./foreignLosses";
import type { ForeignStatement, PolicyOwner, RepositoryPolicyDocument } from "./model";
import type { Ownership } from "./policyId";
import { presentPolicy, statementsMissing } from "./presentPolicy";
import { repositoryPolicy, type PolicyPrincipal } from "./repositoryPolicy";
import {
  isDeleted,
  listedPrincipals,
  normalizedPrincipal,
  type PrincipalNames,
} from "./statementWords";

export interface FirstContact {
  /** Whose the policy is. Another stack's is never written; all its statements are foreign then. */
  ownership: Ownership;
  /** Statements that the update would remove. */
  undeclared: readonly ForeignStatement[];
  /** Who would lose what by that. Empty when others give the same. */
  losses: readonly ForeignLoss[];
  /** Of our own policy: who was added to our statement by hand, and would lose what it has by that. */
  added: readonly ForeignLoss[];
  /** The same as a statement of their own, which can be written beside ours. */
  addedStatements: readonly ForeignStatement[];
}

/** What is known about principals, and what else they keep. */
export interface ContactOptions extends PrincipalNames, Pick<Remaining, "pullByTag"> {
  /**
   * Whether a principal in our statement is known to this stack, as a customer of the files or of the last
   * update. In a policy from before its `Id` named the stack, others may be another stack's; else they were added
   * by hand.
   */
  isKnown?: (arn: string) => boolean;
}

/**
 * What would be lost if an update wrote `next` over what AWS holds.
 *
 * @param found - the policy as AWS holds it, parsed; undefined without a policy.
 * @param next - the document that the update would write, with the declared statements of others;
 * undefined: the policy is deleted.
 */
export function firstContact(
  found: unknown,
  owner: PolicyOwner,
  next: RepositoryPolicyDocument | undefined,
  options: ContactOptions,
): FirstContact {
  const { ownership, own, others } = presentPolicy(found, owner);
  const undeclared = statementsMissing(others, presentPolicy(next, owner).others);
  const { isKnown, pullByTag } = options;
  const unknown =
    own !== undefined && isKnown !== undefined
      ? listOf(withPrincipals(own, ({ kind, value }) => kind !== "AWS" || !isKnown(value)))
      : [];
  const isUnnamed = ownership.kind === "unnamed";
  const remaining = { document: next, ...(pullByTag === undefined ? {} : { pullByTag }) };
  const lost = (statements: readonly ForeignStatement[]) =>
    foreignLosses(statements, remaining, options);
  return {
    ownership,
    undeclared,
    losses: lost([...undeclared, ...(isUnnamed ? unknown : [])]),
    added: ownership.kind === "own" ? lost(unknown) : [],
    addedStatements: ownership.kind === "own" ? unknown.flatMap(besideOurs) : [],
  };
}

/** What is kept of a policy in which AWS holds statements of others that no file declares. */
export interface KeptStatements {
  /** What was found and is kept: as it was, but for the principals below. */
  kept: readonly ForeignStatement[];
  /** Unique ids of deleted users and roles, which AWS shows and refuses to take again. */
  deleted: readonly string[];
  /**
   * Customers' principals that statements of others allowed something: no file gives it, so it does not
   * stay (docs/architecture.md, "Repairs").
   */
  withoutCustomers: readonly string[];
}

/** A policy that is written although AWS holds statements of others that no file declares. */
export interface KeepingDocument extends KeptStatements {
  /** Undefined: nothing is left to write, the policy is deleted. */
  document?: RepositoryPolicyDocument;
}

/**
 * The document to write over a policy in which others have statements: ours, the declared ones, then
 * what was found and no file declares. So no revocation waits for it, and nothing of others is lost.
 *
 * @param found - the policy as AWS holds it, parsed.
 * @param principals - ours.
 * @param declared - statements of others that the settings declare.
 * @param isCustomer - whether an ARN is a customer's user or account.
 */
export function keepingDocument(
  found: unknown,
  owner: PolicyOwner,
  principals: readonly PolicyPrincipal[],
  declared: readonly ForeignStatement[],
  isCustomer: (arn: string) => boolean,
): KeepingDocument {
  const keeping = keptStatements(found, owner, declared, isCustomer);
  const document = repositoryPolicy(principals, owner, [...declared, ...keeping.kept]);
  return { ...(document === undefined ? {} : { document }), ...keeping };
}

/**
 * The statements of others that AWS holds and no file declares, as they can be written again.
 *
 * @param found - the policy as AWS holds it, parsed.
 * @param declared - statements of others that the settings declare.
 * @param isCustomer - whether an ARN is a customer's user or account.
 */
export function keptStatements(
  found: unknown,
  owner: PolicyOwner,
  declared: readonly ForeignStatement[],
  isCustomer: (arn: string) => boolean,
): KeptStatements {
  const deleted: string[] = [];
  const withoutCustomers: string[] = [];
  const undeclared = statementsMissing(presentPolicy(found, owner).others, declared);
  const kept = undeclared.flatMap((statement): ForeignStatement[] => {
    const stays = withPrincipals(statement, (principal) => {
      const { kind, value } = normalizedPrincipal(principal);
      const isGone = isDeleted(principal);
      const isOurs = statement["Effect"] === "Allow" && kind === "AWS" && isCustomer(value);
      if (isGone) deleted.push(value);
      else if (isOurs) withoutCustomers.push(value);
      return !isGone && !isOurs;
    });
    return listOf(stays);
  });
  return { kept, deleted, withoutCustomers };
}

/** The first of two writes of a policy: it only takes access away. */
export interface RevokingDocument {
  /** Undefined: nothing is left, the policy is deleted. */
  document?: RepositoryPolicyDocument;
  /** Principals that our statement named and that end. Empty: there is nothing to write. */
  ending: readonly string[];
}

/**
 * The document of an update's first step: what AWS holds without those who end. It never adds anyone, so
 * a grant that cannot be written keeps no revocation from taking effect.
 *
 * @param found - the policy as AWS holds it, parsed.
 * @param remaining - whom the files let pull, with unique ids; only those of them who are in it stay.
 */
export function revokingDocument(
  found: unknown,
  owner: PolicyOwner,
  remaining: readonly PolicyPrincipal[],
): RevokingDocument {
  const { own, others } = presentPolicy(found, owner);
  const named = listedPrincipals(own?.["Principal"]).map((one) => normalizedPrincipal(one).value);
  const stays = new Map(remaining.map((principal) => [principal.arn, principal]));
  const left = named.flatMap((arn) => stays.get(arn) ?? []);
  const kept = others.flatMap((statement): ForeignStatement[] =>
    listOf(withPrincipals(statement, (principal) => !isDeleted(principal))),
  );
  const document = repositoryPolicy(left, owner, kept);
  return {
    ...(document === undefined ? {} : { document }),
    ending: named.filter((arn) => !stays.has(arn)),
  };
}

/** A statement under which principals that were added to ours can stay; ECR refuses those that are deleted. */
function besideOurs({ Sid: _, ...statement }: ForeignStatement): ForeignStatement[] {
  return listOf(withPrincipals(statement, (principal) => !isDeleted(principal)));
}

function listOf<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/**
 * A statement with those of its principals that stay, unchanged when all do; undefined when none does. A
 * `NotPrincipal` means all others, so nothing is taken out of it.
 */
function withPrincipals(
  statement: ForeignStatement,
  stays: (principal: { kind: string; value: string }) => boolean,
): ForeignStatement | undefined {
  const listed = listedPrincipals(statement["Principal"]);
  const left = listed.filter(stays);
  if (left.length === listed.length) return statement;
  if (left.length === 0) return undefined;
  const kinds = [...new Set(left.map(({ kind }) => kind))];
  const Principal = Object.fromEntries(
    kinds.map((kind) => [kind, left.filter((one) => one.kind === kind).map(({ value }) => value)]),
  );
  return { ...statement, Principal };
}
