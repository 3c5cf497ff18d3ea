import type { AccountId, Customer, IsoDate } from "../customers/model";
import { counted, digits } from "../counted";
import { principalArn } from "./arns";
import type { AccessSettings } from "./groupPolicies";
import type { Catalogue, ForeignStatement, Grant, GrantMode, PolicyOwner } from "./model";
import { namedGrants, repositoryPolicy, type PolicyPrincipal } from "./repositoryPolicy";
import { serialize } from "./serialize";
import { pullTagKey, userTags } from "./tags";
import { taggedPullPolicy } from "./taggedPull";

/** Characters of a repository policy, all of them counted (ECR API, `RepositoryPolicyText`). */
export const REPOSITORY_POLICY_LIMIT = 10_240;
/** Characters of a managed policy (IAM quotas). We write no white space, which IAM would not count. */
const MANAGED_POLICY_LIMIT = 6_144;
/** Tags of a user, and characters of a tag's key and value (IAM quotas). */
const USER_TAG_LIMIT = 50;
const TAG_KEY_LIMIT = 128;
const TAG_VALUE_LIMIT = 256;

/** Users of an account; AWS does not raise it (IAM quotas). */
const USER_LIMIT = 5_000;

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

/** Something that exceeds a size limit of AWS. At most one of the subjects is set. */
export interface BudgetExcess {
  repository?: string;
  customer?: string;
  check: "user-count" | "policy-size" | "tag-count" | "tag-length" | "tagged-policy-size";
  /** What is too large, with figures; no final full stop. */
  message: string;
  /** What to write instead. */
  fix: string;
}

/** What the size of policies follows from beside the grants. */
export type BudgetSettings = Pick<AccessSettings, "account" | "repositories" | "project" | "stack">;

/** One budget for each repository that has a policy, in name order. */
export function repositoryBudgets(
  grants: readonly Grant[],
  settings: BudgetSettings,
): RepositoryBudget[] {
  return [...settings.repositories].flatMap(([repository, its]) => {
    const named = namedGrants(grants, repository, its);
    const { statements = [] } = its;
    if (named.length === 0 && statements.length === 0) return [];
    const used = policySize(named, statements, settings);
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

/** Everything that exceeds AWS's size limits: policies and tags. Empty when everything fits. */
export function budgetExcesses(
  customers: readonly Customer[],
  grants: readonly Grant[],
  settings: BudgetSettings,
  today: IsoDate,
): BudgetExcess[] {
  const { repositories: catalogue, account } = settings;
  return [
    ...repositoryBudgets(grants, settings)
      .filter((budget) => budget.level === "over")
      .map((budget) => policyExcess(budget, catalogue.get(budget.repository)?.grants)),
    ...taggedPolicyExcess(catalogue, account),
    ...userCountExcess(customers),
    ...tagKeyExcesses(catalogue),
    ...customers.flatMap((customer) => customerTagExcesses(customer, catalogue, today)),
  ];
}

function policyExcess(budget: RepositoryBudget, mode: GrantMode | undefined): BudgetExcess {
  const { repository, customers, statements, used, limit } = budget;
  const whose = [
    ...(customers === 0 && statements > 0 ? [] : [`its ${counted(customers, "customer")}`]),
    ...(statements === 0 ? [] : [`${counted(statements, "statement")} of others`]),
  ];
  return {
    repository,
    check: "policy-size",
    message: `expected a policy of at most ${digits(limit)} characters for repository ${repository}, got ${digits(used)} for ${whose.join(" and ")}`,
    fix:
      mode === "tagged" && statements > 0
        ? "Shorten `statements`: one statement may list several principals and actions."
        : `Write \`${repository}: { grants: tagged }\` in the stack's repositories.`,
  };
}

function taggedPolicyExcess(catalogue: Catalogue, account: AccountId): BudgetExcess[] {
  const policy = taggedPullPolicy(account, catalogue);
  const used = policy === undefined ? 0 : serialize(policy).length;
  if (used <= MANAGED_POLICY_LIMIT) return [];
  return [
    {
      check: "tagged-policy-size",
      message: `expected repositories with \`grants: tagged\` to fit a policy of ${digits(MANAGED_POLICY_LIMIT)} characters, got ${digits(used)}`,
      fix: "Write `grants: named` for repositories with few customers.",
    },
  ];
}

function userCountExcess(customers: readonly Customer[]): BudgetExcess[] {
  const users = customers.filter(({ awsAccount }) => awsAccount === undefined).length;
  if (users <= USER_LIMIT) return [];
  return [
    {
      check: "user-count",
      message: `expected at most ${digits(USER_LIMIT)} customers with a user in one AWS account, got ${digits(users)}`,
      fix: "Move some to a stack in another account, or write `awsAccount` for those that have one; see docs/scale.md.",
    },
  ];
}

function tagKeyExcesses(catalogue: Catalogue): BudgetExcess[] {
  return [...catalogue]
    .filter(([name, { grants }]) => grants === "tagged" && pullTagKey(name).length > TAG_KEY_LIMIT)
    .map(([repository]) => ({
      repository,
      check: "tag-length",
      message: `expected the tag key \`${pullTagKey(repository)}\` to have at most ${TAG_KEY_LIMIT} characters, got ${pullTagKey(repository).length}`,
      fix: "Write `grants: named` for this repository.",
    }));
}

function customerTagExcesses(
  customer: Customer,
  catalogue: Catalogue,
  today: IsoDate,
): BudgetExcess[] {
  if (customer.awsAccount !== undefined) return [];
  const tags = Object.entries(userTags(customer, catalogue, today));
  const tooLong = tags.filter(([, value]) => value.length > TAG_VALUE_LIMIT);
  return [
    ...tooLong.map(([key, value]): BudgetExcess => ({
      customer: customer.id,
      check: "tag-length",
      message: `expected the tag ${key} to hold at most ${TAG_VALUE_LIMIT} characters, got ${value.length}`,
      fix: "Shorten `source`.",
    })),
    ...(tags.length > USER_TAG_LIMIT
      ? [
          {
            customer: customer.id,
            check: "tag-count" as const,
            message: `expected at most ${USER_TAG_LIMIT} tags on the user, got ${tags.length}, one for each repository with \`grants: tagged\``,
            fix: "Write `grants: named` for some of its repositories, or give it fewer.",
          },
        ]
      : []),
  ];
}

function policySize(
  grants: readonly Grant[],
  statements: readonly ForeignStatement[],
  settings: BudgetSettings,
): number {
  const principals = grants.map(({ principal }) => principalArn(principal, settings.account));
  return sizeOf(
    principals.map((arn) => ({ arn })),
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
