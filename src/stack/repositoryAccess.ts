import * as ecr from "@pulumi/aws/ecr";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { accountRootArn } from "../access/arns";
import { repositoryPolicy, type PolicyPrincipal } from "../access/repositoryPolicy";
import { serialize } from "../access/serialize";
import type { Grant, RepositorySettings } from "../access/model";
import { createRepository } from "./createdRepository";
import { settled } from "./settled";

/** The users that this stack declares, by IAM user name. */
export type DeclaredUsers = ReadonlyMap<string, iam.User>;

/**
 * Declares a repository (when the catalogue says `create: true`) and, in each of its regions, the
 * one policy that names everybody who may pull it. Without a grant there is no policy at all.
 *
 * @param grants - the grants that the policy names; not those that work by tag.
 */
export function declareRepository(
  repository: string,
  settings: RepositorySettings,
  grants: readonly Grant[],
  users: DeclaredUsers,
  provider: pulumi.ProviderResource,
): void {
  const names = new Map<string, pulumi.Input<string>>();
  if (settings.create) {
    for (const region of settings.regions) {
      names.set(region, createRepository(repository, region, provider));
    }
  }
  if (grants.length === 0) return;

  const policy = policyText(grants, users, provider);
  for (const region of settings.regions) {
    new ecr.RepositoryPolicy(
      `${repository}@${region}`,
      { repository: names.get(region) ?? repository, region, policy },
      { provider },
    );
  }
}

/**
 * The policy's text. It waits for the users one by one and leaves out a user whose creation
 * failed, so that one customer's trouble blocks neither the other grants nor a revocation: ECR
 * refuses a policy as a whole for one unknown principal (facts: aws.md §3.1).
 *
 * On purpose it is plain text that depends on no user: the engine would not touch a policy that
 * depends on a failed user, nor delete a user on which a failed policy depends.
 */
function policyText(
  grants: readonly Grant[],
  users: DeclaredUsers,
  provider: pulumi.ProviderResource,
): pulumi.Output<string> {
  const text = async (): Promise<string | pulumi.Output<string>> => {
    const principals = await Promise.all(
      grants.map((grant) => principalOf(grant, users, provider)),
    );
    const known = principals.filter((principal) => principal !== undefined);
    const document = repositoryPolicy(known);
    // A preview does not know new users yet, and an update in which every user failed has nothing
    // to write. Both wait for the users' outputs, as an ordinary dependent resource does.
    const incomplete = known.length < principals.length && pulumi.runtime.isDryRun();
    if (document === undefined || incomplete) {
      const waitedFor = grants.flatMap((grant) => declaredUser(grant, users) ?? []);
      return pulumi.all(waitedFor.map((user) => user.arn)).apply(() => "");
    }
    return serialize(document);
  };
  return pulumi.output(text());
}

function declaredUser(grant: Grant, users: DeclaredUsers): iam.User | undefined {
  return grant.principal.kind === "user" ? users.get(grant.principal.userName) : undefined;
}

async function principalOf(
  grant: Grant,
  users: DeclaredUsers,
  provider: pulumi.ProviderResource,
): Promise<PolicyPrincipal | undefined> {
  if (grant.principal.kind === "account") {
    return { arn: accountRootArn(grant.principal.account) };
  }
  const user = declaredUser(grant, users);
  if (user === undefined) return undefined;
  const [arn, uniqueId] = await Promise.all([settled(user.arn), settled(user.uniqueId)]);
  if (arn !== undefined && uniqueId !== undefined) return { arn, uniqueId };
  return pulumi.runtime.isDryRun() ? undefined : existing(grant.principal.userName, provider);
}

/**
 * A user that failed in this update may exist from an earlier one (say, its tags could not be
 * changed). Taking it out of the policy would cut off a paying customer, so AWS is asked.
 */
async function existing(
  name: string,
  provider: pulumi.ProviderResource,
): Promise<PolicyPrincipal | undefined> {
  try {
    const user = await iam.getUser({ userName: name }, { provider });
    return { arn: user.arn, uniqueId: user.userId };
  } catch {
    return undefined;
  }
}
