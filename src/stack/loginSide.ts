import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { GROUP_NAME } from "../access/arns";
import { LOGIN_POLICY_NAME, loginPolicy } from "../access/loginPolicy";
import { TAGGED_PULL_POLICY_NAME, taggedPullPolicy } from "../access/taggedPull";
import { serialize } from "../access/serialize";
import type { StackConfig } from "../config";

/**
 * Declares what all customers share: the group, the policy that lets its members log in to the
 * registry and, if the catalogue has `grants: tagged` repositories, the policy that lets members
 * with the matching tag pull them. Policies hang on the group, because a user holds ten at most.
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
  const attach = (logicalName: string, physicalName: string, document: string, about: string) => {
    const policy = new iam.Policy(
      logicalName,
      { name: `${config.namePrefix}${physicalName}`, description: about, policy: document },
      options,
    );
    new iam.GroupPolicyAttachment(
      logicalName,
      { group: group.name, policyArn: policy.arn },
      options,
    );
  };

  attach("login", LOGIN_POLICY_NAME, serialize(loginPolicy()), "Lets customers log in to ECR");
  const tagged = taggedPullPolicy(config.account, config.repositories);
  if (tagged !== undefined) {
    attach(
      "tagged-pull",
      TAGGED_PULL_POLICY_NAME,
      serialize(tagged),
      "Lets customers pull the repositories they carry a tag for",
    );
  }
  return group;
}
