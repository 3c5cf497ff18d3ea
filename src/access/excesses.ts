import { hasRole, hasUser } from "../customers/identity";
import { counted, digits } from "../counted";
import type { AccountId, Customer, IsoDate } from "../customers/model";
import { denyPolicy } from "./denyPolicy";
import { repositoryBudgets, type BudgetSettings, type RepositoryBudget } from "./budget";
import type { Catalogue, Grant, GrantMode } from "./model";
import { roleExcesses, type RoleExcess } from "./roleExcesses";
import { serialize } from "./serialize";
import { taggedPullPolicy } from "./taggedPull";
import { pullTagKey, userTags } from "./tags";

/** Characters of a managed policy (IAM quotas). We write no white space, which IAM would not count. */
const MANAGED_POLICY_LIMIT = 6_144;
/** Tags of a user, and characters of a tag's key and value (IAM quotas). */
const USER_TAG_LIMIT = 50;
const TAG_KEY_LIMIT = 128;
const TAG_VALUE_LIMIT = 256;

/** Characters of all inline policies of a user together, without white space (IAM quotas). */
const USER_POLICY_LIMIT = 2_048;

/** Characters of all inline policies of a role together (IAM quotas). */
const ROLE_POLICY_LIMIT = 10_240;

/** Users of an account; AWS does not raise it (IAM quotas). */
const USER_LIMIT = 5_000;

/** Something that exceeds a size limit of AWS. At most one of the subjects is set. */
export interface BudgetExcess {
  repository?: string;
  customer?: string;
  check:
    | "user-count"
    | RoleExcess["check"]
    | "policy-size"
    | "networks-size"
    | "tag-count"
    | "tag-length"
    | "tagged-policy-size";
  /** What is too large, with figures; no final full stop. */
  message: string;
  /** What to write instead. */
  fix: string;
}

type ExcessSettings = BudgetSettings & { defaultTags?: Readonly<Record<string, string>> };

/** Everything that exceeds AWS's size limits: policies and tags. Empty when everything fits. */
export function budgetExcesses(
  customers: readonly Customer[],
  grants: readonly Grant[],
  settings: ExcessSettings,
  today: IsoDate,
): BudgetExcess[] {
  const { repositories: catalogue, account } = settings;
  return [
    ...repositoryBudgets(grants, settings)
      .filter((budget) => budget.level === "over")
      .map((budget) => policyExcess(budget, catalogue.get(budget.repository)?.grants)),
    ...taggedPolicyExcess(catalogue, account),
    ...userCountExcess(customers),
    ...roleExcesses(customers, settings),
    ...tagKeyExcesses(catalogue),
    ...customers.flatMap(networksExcess),
    ...customers.flatMap((customer) => customerTagExcesses(customer, settings, today)),
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
  const users = customers.filter(hasUser).length;
  if (users <= USER_LIMIT) return [];
  return [
    {
      check: "user-count",
      message: `expected at most ${digits(USER_LIMIT)} customers with a user in one AWS account, got ${digits(users)}`,
      fix: "Move some to a stack in another account, or write `awsAccount` for those that have one; see docs/scale.md.",
    },
  ];
}

/** What a customer's own policy holds beside its networks is short, and the same for everyone. */
function networksExcess(customer: Customer): BudgetExcess[] {
  const { id, networks = [], vpcEndpoints = [] } = customer;
  // A suspended customer's policy holds none, and it has to fit once access is given back.
  const policy = denyPolicy({ ...customer, status: "active" });
  const used = policy === undefined ? 0 : serialize(policy).length;
  const limit = hasUser(customer) ? USER_POLICY_LIMIT : ROLE_POLICY_LIMIT;
  if (used <= limit) return [];
  const listed = [
    ...(networks.length > 0 ? [counted(networks.length, "network")] : []),
    ...(vpcEndpoints.length > 0 ? [counted(vpcEndpoints.length, "VPC endpoint")] : []),
  ];
  return [
    {
      customer: id,
      check: "networks-size",
      message: `expected the ${hasUser(customer) ? "user" : "role"}'s policy to have at most ${digits(limit)} characters, got ${digits(used)} for ${listed.join(" and ")}`,
      fix: "Write larger networks that include several of them, or leave out what is no longer used.",
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
  { repositories, defaultTags = {} }: ExcessSettings,
  today: IsoDate,
): BudgetExcess[] {
  if (!hasUser(customer) && !hasRole(customer)) return [];
  const tags = Object.entries({ ...defaultTags, ...userTags(customer, repositories, today) });
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
            message: `expected at most ${USER_TAG_LIMIT} tags on the ${hasUser(customer) ? "user" : "role"}, got ${tags.length}, one for each repository with \`grants: tagged\`${Object.keys(defaultTags).length > 0 ? " and those of `aws:defaultTags`" : ""}`,
            fix: "Write `grants: named` for some of its repositories, or give it fewer.",
          },
        ]
      : []),
  ];
}
