import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { GROUP_NAME } from "../access/arns";
import { groupPolicies } from "../access/groupPolicies";
import { serialize } from "../access/serialize";
import type { StackConfig } from "../config";

/**
 * Declares what all customers share: the group, the policy that lets its members log in to the
 * registry and, if the catalogue has `grants: tagged` repositories, the policy that lets members
 * with the matching tag pull them. The policies are attached to the group, because a user can have ten at most.
 */
export function declareLoginSide(
  config: StackConfig,
  options: pulumi.CustomResourceOptions,
): iam.Group {
  const group = new iam.Group(
    "customers",
    { name: `${config.namePrefix}${GROUP_NAME}`, path: "/" },
    options,
  );
  const tagged = config.defaultTags === undefined ? {} : { tags: config.defaultTags };
  for (const { logicalName, name, description, document } of groupPolicies(config)) {
    const policy = new iam.Policy(
      logicalName,
      { name, description, policy: serialize(document), ...tagged },
      options,
    );
    new iam.GroupPolicyAttachment(
      logicalName,
      { group: group.name, policyArn: policy.arn },
      options,
    );
  }
  return group;
}
