import type { AccountId, Customer, IsoDate } from "../customers/model";
import { digits } from "../counted";
import { principalArn } from "./arns";
import type { Catalogue, Grant } from "./model";
import { namedGrants, repositoryPolicy } from "./repositoryPolicy";
import { serialize } from "./serialize";
import { pullTagKey, userTags } from "./tags";
import { taggedPullPolicy } from "./taggedPull";

/** Characters of a repository policy, all of them counted (ECR API, `RepositoryPolicyText`). */
export const REPOSITORY_POLICY_LIMIT = 10_240;
/** Characters of a managed policy (IAM quotas). We write none of the white space IAM ignores. */
export const MANAGED_POLICY_LIMIT = 6_144;
/** Tags of a user, and characters of a tag's key and value (IAM quotas). */
export const USER_TAG_LIMIT = 50;
export const TAG_KEY_LIMIT = 128;
export const TAG_VALUE_LIMIT = 256;

/** Users of an account; AWS does not raise it (IAM quotas). */
export const USER_LIMIT = 5_000;

/** From here on a repository is called near its limit. */
const NEAR = 0.8;

/** How full a repository's policy is, computed offline. */
export interface RepositoryBudget {
  repository: string;
  /** Customers that the policy names. */
  customers: number;
  /** Characters. */
  used: number;
  limit: number;
  /** How many more customers fit, with principals as long as those of today on average. */
  room: number;
  level: "ok" | "near" | "over";
}

/** Something that AWS would refuse for its size. Exactly one of the subjects is set, or none. */
export interface BudgetExcess {
  repository?: string;
  customer?: string;
  check: "user-count" | "policy-size" | "tag-count" | "tag-length" | "tagged-policy-size";
  /** What is too large, with figures; no final full stop. */
  message: string;
  /** What to write instead. */
  fix: string;
}

/** One budget for each repository whose policy names somebody, in name order. */
export function repositoryBudgets(
  grants: readonly Grant[],
  catalogue: Catalogue,
  account: AccountId,
): RepositoryBudget[] {
  const empty = policySize([], account);
  return [...catalogue].flatMap(([repository, settings]) => {
    const named = namedGrants(grants, repository, settings);
    if (named.length === 0) return [];
    const used = policySize(named, account);
    // A further principal takes its quotes and a comma too.
    const each = Math.ceil((used - empty + 3) / named.length);
    return {
      repository,
      customers: named.length,
      used,
      limit: REPOSITORY_POLICY_LIMIT,
      room: Math.max(0, Math.floor((REPOSITORY_POLICY_LIMIT - used) / each)),
      level: level(used),
    };
  });
}

/** All that AWS would refuse for its size: policies and tags. Empty when everything fits. */
export function budgetExcesses(
  customers: readonly Customer[],
  grants: readonly Grant[],
  { repositories: catalogue, account }: { repositories: Catalogue; account: AccountId },
  today: IsoDate,
): BudgetExcess[] {
  return [
    ...repositoryBudgets(grants, catalogue, account)
      .filter((budget) => budget.level === "over")
      .map(policyExcess),
    ...taggedPolicyExcess(catalogue, account),
    ...userCountExcess(customers),
    ...tagKeyExcesses(catalogue),
    ...customers.flatMap((customer) => customerTagExcesses(customer, catalogue, today)),
  ];
}

function policyExcess(budget: RepositoryBudget): BudgetExcess {
  const { repository, customers, used, limit } = budget;
  return {
    repository,
    check: "policy-size",
    message: `expected a policy of at most ${digits(limit)} characters for repository ${repository}, got ${digits(used)} for its ${digits(customers)} customers`,
    fix: `Write \`${repository}: { grants: tagged }\` in the stack's repositories.`,
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

function policySize(grants: readonly Grant[], account: AccountId): number {
  // The hash of the unique ids, known to AWS only, has the same length whatever the ids are.
  const principals = grants.map((grant) => ({ arn: principalArn(grant.principal, account) }));
  const document = repositoryPolicy(principals.length === 0 ? [{ arn: "" }] : principals);
  return document === undefined ? 0 : serialize(document).length;
}

function level(used: number): RepositoryBudget["level"] {
  if (used > REPOSITORY_POLICY_LIMIT) return "over";
  return used >= NEAR * REPOSITORY_POLICY_LIMIT ? "near" : "ok";
}
