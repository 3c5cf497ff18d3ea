import * as ecr from "@pulumi/aws/ecr";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { principalArn, USER_PATH } from "../access/arns";
import { isElsewhere } from "../access/principals";
import { roleKey } from "../access/roleContent";
import { grantsIn } from "../access/grantRegions";
import { repositoryPolicy, type PolicyPrincipal } from "../access/repositoryPolicy";
import { serialize } from "../access/serialize";
import type {
  ForeignStatement,
  Grant,
  PolicyOwner,
  Principal,
  RepositorySettings,
} from "../access/model";
import type { AccountId } from "../customers/model";
import type { Withheld } from "../project";
import { createRepository } from "./createdRepository";
import { settled } from "./settled";

/** A user or role that another stack declares, as AWS has it now. */
export interface PresentUser {
  arn: string;
  uniqueId: string;
}

/** The customers' users by IAM user name, and roles by `roleKey`: this stack's own, or those of its cells. */
export type KnownUsers = ReadonlyMap<string, iam.User | iam.Role | PresentUser>;

/** What repositories are declared with. */
interface RepositoryContext extends PolicyOwner {
  account: AccountId;
  /** Its partition is that of all ARNs. */
  region: string;
  users: KnownUsers;
  provider: pulumi.ProviderResource;
  /** Asked before a policy is written. */
  hook?: pulumi.ResourceHook;
  /** Policies stay in AWS when they are deleted here, without this stack's name. */
  leavesOthers?: boolean;
  /** Grants that policies leave out. */
  withheld?: Withheld | undefined;
  /** A user may not be under `/customers/` yet, because it is adopted. */
  anyPath: boolean;
  /** Tags of the repositories that are created. */
  tags?: Readonly<Record<string, string>>;
}

/**
 * Declares a repository (when the catalogue says `create: true`) and, in each of its regions, the
 * one policy that names everyone who may pull it. Without a grant there is no policy at all.
 *
 * Resolves when the users that it names are settled; the engine learns of the policy only then.
 *
 * @param grants - the grants that the policy names; not those that work by tag.
 */
export async function declareRepository(
  repository: string,
  settings: RepositorySettings,
  grants: readonly Grant[],
  context: RepositoryContext,
): Promise<void> {
  const { provider } = context;
  const names = new Map<string, pulumi.Input<string>>();
  if (settings.create) {
    for (const region of settings.regions) {
      names.set(region, createRepository(repository, region, provider, context.tags));
    }
  }
  // Asked once where it is the same in every region.
  const { withheld } = context;
  const isSame = !withheld?.size && grants.every((grant) => grant.regions === undefined);
  const everywhere = isSame ? policyPrincipals(grants, context) : undefined;
  for (const region of settings.regions) {
    const left = withheld?.get(`${repository}@${region}`);
    const given = grantsIn(grants, region).filter(({ customer }) => left?.has(customer) !== true);
    const principals = await (everywhere ?? policyPrincipals(given, context));
    const others = [...(settings.statements ?? []), ...(settings.found?.[region] ?? [])];
    const policy = policyText(principals, others, context);
    if (policy === undefined) continue;
    const named = names.get(region) ?? repository;
    declarePolicy({ name: `${repository}@${region}`, repository: named, region, policy }, context);
  }
}

/**
 * Declares the policies of a repository that has left the catalogue, with the statements of others alone. They stay in
 * AWS when the next run no longer declares them.
 */
export function declareLeftPolicy(
  repository: string,
  statements: Readonly<Record<string, readonly ForeignStatement[]>>,
  context: RepositoryContext,
): void {
  for (const [region, others] of Object.entries(statements)) {
    const policy = serialize({ Version: "2012-10-17", Statement: others });
    const name = `${repository}@${region}`;
    declarePolicy({ name, repository, region, policy }, { ...context, leavesOthers: true });
  }
}

function declarePolicy(
  { name, ...args }: ecr.RepositoryPolicyArgs & { name: string },
  { provider, hook, leavesOthers }: RepositoryContext,
): void {
  new ecr.RepositoryPolicy(name, args, {
    provider,
    ...(hook && { hooks: { beforeCreate: [hook], beforeUpdate: [hook] } }),
    ...(leavesOthers === true && { retainOnDelete: true }),
  });
}

/**
 * Whom a policy names. It waits for the users one by one and leaves out a user whose creation
 * failed, so that one customer's failure blocks neither the other grants nor a revocation: ECR
 * refuses a policy as a whole for one unknown principal (hashicorp/terraform-provider-aws#39064).
 *
 * On purpose they are plain values that depend on no user: the engine would not touch a policy that
 * depends on a failed user, nor delete a user on which a failed policy depends.
 *
 * @returns an output in a preview that does not know them yet.
 */
async function policyPrincipals(
  grants: readonly Grant[],
  context: RepositoryContext,
): Promise<readonly PolicyPrincipal[] | pulumi.Output<unknown>> {
  const named = grants.flatMap((grant) => grant.principals);
  const principals = await Promise.all(named.map((one) => policyPrincipal(one, context)));
  const known = principals.filter((principal) => principal !== undefined);
  if (known.length < principals.length && pulumi.runtime.isDryRun()) {
    // A preview does not know new users yet: it shows the policy as one that depends on them.
    const users = named.flatMap((one) => knownUser(one, context) ?? []);
    const made = users.filter(isDeclared);
    if (made.length > 0) return pulumi.all(made.map(({ arn }) => arn));
  }
  return known;
}

/** @returns undefined when there is nothing to write: no one to name, and no statement of others. */
function policyText(
  principals: readonly PolicyPrincipal[] | pulumi.Output<unknown>,
  others: readonly ForeignStatement[],
  context: RepositoryContext,
): pulumi.Input<string> | undefined {
  if (pulumi.Output.isInstance(principals)) return principals.apply(() => "");
  if (context.leavesOthers === true) {
    return others.length === 0
      ? undefined
      : serialize({ Version: "2012-10-17", Statement: others });
  }
  const document = repositoryPolicy(principals, context, others);
  return document === undefined ? undefined : serialize(document);
}

function knownUser(
  principal: Principal,
  { users }: RepositoryContext,
): iam.User | iam.Role | PresentUser | undefined {
  if (principal.kind === "user") return users.get(principal.userName);
  return principal.kind === "oidcRole" ? users.get(roleKey(principal.roleName)) : undefined;
}

function isDeclared(user: iam.User | iam.Role | PresentUser): user is iam.User | iam.Role {
  return user instanceof iam.User || user instanceof iam.Role;
}

async function policyPrincipal(
  principal: Principal,
  context: RepositoryContext,
): Promise<PolicyPrincipal | undefined> {
  if (isElsewhere(principal)) return { arn: principalArn(principal, context) };
  const user = knownUser(principal, context);
  if (user === undefined) return existing(principal, context);
  if (!isDeclared(user)) return user;
  const [arn, uniqueId] = await Promise.all([settled(user.arn), settled(user.uniqueId)]);
  if (arn !== undefined && uniqueId !== undefined) return { arn, uniqueId };
  return pulumi.runtime.isDryRun() ? undefined : existing(principal, context);
}

/**
 * A user that another stack declares, or one that failed in this update and may exist from an earlier
 * one (say, its tags could not be changed). Taking it out of the policy would cut off a paying
 * customer, so AWS is asked: a listing, in which absence is an answer, unlike the text of an error.
 */
async function existing(
  principal: OwnPrincipal,
  context: RepositoryContext,
): Promise<PolicyPrincipal | undefined> {
  // Without an answer it stays named: only a listing without it takes it out.
  const named = { arn: principalArn(principal, context) };
  const { provider, anyPath } = context;
  if (principal.kind === "oidcRole") {
    const { roleName: name } = principal;
    const names = await listedRoles(provider).catch(() => undefined);
    if (names !== undefined && !names.has(name)) return undefined;
    return iam.getRole({ name }, { provider }).then(
      ({ arn, uniqueId }) => ({ arn, uniqueId }),
      () => named,
    );
  }
  const { userName: name } = principal;
  const names = await listedUsers(provider, anyPath).catch(() => undefined);
  if (names !== undefined && !names.has(name)) return undefined;
  return iam.getUser({ userName: name }, { provider }).then(
    ({ arn, userId }) => ({ arn, uniqueId: userId }),
    () => named,
  );
}

/** A user or a role of this stack's account. */
type OwnPrincipal = Extract<Principal, { kind: "user" | "oidcRole" }>;

/** One listing for each run of the program: each has a provider of its own. */
const listings = new WeakMap<pulumi.ProviderResource, Promise<ReadonlySet<string>>>();

function listedUsers(
  provider: pulumi.ProviderResource,
  anyPath: boolean,
): Promise<ReadonlySet<string>> {
  const listing =
    listings.get(provider) ??
    iam
      .getUsers({ pathPrefix: anyPath ? "/" : USER_PATH }, { provider })
      .then(({ names }) => new Set(names));
  listings.set(provider, listing);
  return listing;
}

const roleListings = new WeakMap<pulumi.ProviderResource, Promise<ReadonlySet<string>>>();

function listedRoles(provider: pulumi.ProviderResource): Promise<ReadonlySet<string>> {
  const listing =
    roleListings.get(provider) ??
    iam.getRoles({ pathPrefix: USER_PATH }, { provider }).then(({ names }) => new Set(names));
  roleListings.set(provider, listing);
  return listing;
}
