import { principalArn } from "./arns";
import { grantsIn } from "./grantRegions";
import type { AccessSettings } from "./groupPolicies";
import type { ForeignStatement, Grant, PolicyOwner } from "./model";
import { namedGrants, repositoryPolicy, type PolicyPrincipal } from "./repositoryPolicy";
import { serialize } from "./serialize";

/** Characters of a repository policy, all of them counted (ECR API, `RepositoryPolicyText`). */
export const REPOSITORY_POLICY_LIMIT = 10_240;

/** From here on a repository is called near its limit. */
const NEAR = 0.8;

/** Characters of a principal: two quotes and a comma, and all of a usual one. */
const QUOTES = 3;
const USUAL = "arn:aws:iam::123456789012:user/customers/acme-robotics".length + QUOTES;

/** How full a repository's policy is, computed offline. */
export interface RepositoryBudget {
  repository: string;
  /** Customers that the policy names. */
  customers: number;
  /** Statements of others that it holds. */
  statements: number;
  /** Characters, those of others' statements included. */
  used: number;
  limit: number;
  /** How many more customers fit, with principals as long as those of today on average. */
  room: number;
  level: "ok" | "near" | "over";
}

/** What the size of policies follows from beside the grants. */
export type BudgetSettings = Pick<
  AccessSettings,
  "account" | "region" | "repositories" | "project" | "stack"
>;

/** One budget for each repository that has a policy, in name order. */
export function repositoryBudgets(
  grants: readonly Grant[],
  settings: BudgetSettings,
): RepositoryBudget[] {
  return [...settings.repositories].flatMap(([repository, its]) => {
    const { statements = [], regions } = its;
    const everywhere = namedGrants(grants, repository, its);
    if (everywhere.length === 0 && statements.length === 0) return [];
    // The fullest one counts: the regions' policies differ by customers that have `regions`.
    const [{ named, used }] = regions
      .map((region) => grantsIn(everywhere, region))
      .map((own) => ({ named: own, used: policySize(own, statements, settings) }))
      .sort((a, b) => b.used - a.used) as [{ named: Grant[]; used: number }];
    // With an empty principal: what our statement takes before it names anyone.
    const base = sizeOf([{ arn: "" }], statements, settings);
    const each = named.length === 0 ? USUAL : Math.ceil((used - base + QUOTES) / named.length);
    const left = REPOSITORY_POLICY_LIMIT - (named.length === 0 ? base - QUOTES : used);
    return {
      repository,
      customers: named.length,
      statements: statements.length,
      used,
      limit: REPOSITORY_POLICY_LIMIT,
      room: Math.max(0, Math.floor(left / each)),
      level: level(used),
    };
  });
}

function policySize(
  grants: readonly Grant[],
  statements: readonly ForeignStatement[],
  settings: BudgetSettings,
): number {
  const principals = grants.flatMap((grant) => grant.principals);
  return sizeOf(
    principals.map((principal) => ({ arn: principalArn(principal, settings) })),
    statements,
    settings,
  );
}

/** The hash of the unique ids, known to AWS only, has the same length whatever the ids are. */
function sizeOf(
  principals: readonly PolicyPrincipal[],
  statements: readonly ForeignStatement[],
  owner: PolicyOwner,
): number {
  const document = repositoryPolicy(principals, owner, statements);
  return document === undefined ? 0 : serialize(document).length;
}

function level(used: number): RepositoryBudget["level"] {
  if (used > REPOSITORY_POLICY_LIMIT) return "over";
  return used >= NEAR * REPOSITORY_POLICY_LIMIT ? "near" : "ok";
}
