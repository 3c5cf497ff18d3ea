import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { GROUP_NAME, iamArn } from "../access/arns";
import { groupPolicies, type GroupPolicy } from "../access/groupPolicies";
import { serialize } from "../access/serialize";
import type { StackConfig } from "../config";
import { ADOPTABLE, adoptedName, type Adoption } from "../adoption";
import { adoptedOptions } from "./adoptedOptions";
import type { SharedPolicy } from "./customerRole";

/** What all customers share, as it is declared. */
export interface LoginSide {
  group: iam.Group;
  attachments: readonly iam.GroupPolicyAttachment[];
  /** The group's policies, which each role has too. */
  policies: readonly SharedPolicy[];
}

/**
 * Declares what all customers share: the group, the policy that lets its members log in to the
 * registry and, if the catalogue has `grants: tagged` repositories, the policy that lets members
 * with the matching tag pull them. The policies are attached to the group, because a user can have ten at most.
 */
export function declareLoginSide(
  config: StackConfig,
  options: pulumi.CustomResourceOptions,
  adoption?: Adoption,
): LoginSide {
  const group = declareGroup(config, options, adoption);
  const policies = groupPolicies(config).map((one) => ({
    logicalName: one.logicalName,
    arn: declarePolicy(one, config, options, adoption).arn,
  }));
  const attachments = policies.map(
    ({ logicalName, arn }) =>
      new iam.GroupPolicyAttachment(logicalName, { group: group.name, policyArn: arn }, options),
  );
  return { group, attachments, policies };
}

/** Declares only what an adoption has of it: the group, the policies. */
export function declareAdoptedLoginSide(
  config: StackConfig,
  options: pulumi.CustomResourceOptions,
  adoption: Adoption,
): void {
  if (adoption.has(adoptedName(ADOPTABLE.group, GROUP))) declareGroup(config, options, adoption);
  for (const policy of groupPolicies(config)) {
    if (!adoption.has(adoptedName(ADOPTABLE.policy, policy.logicalName))) continue;
    declarePolicy(policy, config, options, adoption);
  }
}

/** The group's logical name. */
const GROUP = "customers";

function declareGroup(
  { namePrefix }: StackConfig,
  options: pulumi.CustomResourceOptions,
  adoption: Adoption | undefined,
): iam.Group {
  return new iam.Group(
    GROUP,
    { name: `${namePrefix}${GROUP_NAME}`, path: "/" },
    adoptedOptions(ADOPTABLE.group, GROUP, adoption, options),
  );
}

function declarePolicy(
  { logicalName, name, description, document }: GroupPolicy,
  { defaultTags }: StackConfig,
  options: pulumi.CustomResourceOptions,
  adoption: Adoption | undefined,
): iam.Policy {
  const tagged = defaultTags === undefined ? {} : { tags: defaultTags };
  return new iam.Policy(
    logicalName,
    { name, description, policy: serialize(document), ...tagged },
    adoptedOptions(ADOPTABLE.policy, logicalName, adoption, options),
  );
}

/** The same policies for a stack that does not declare them: a cell attaches those of its base stack by their ARN. */
export function presentPolicies(config: StackConfig): SharedPolicy[] {
  return groupPolicies(config).map(({ logicalName, name }) => ({
    logicalName,
    arn: iamArn(config, `policy/${name}`),
  }));
}
