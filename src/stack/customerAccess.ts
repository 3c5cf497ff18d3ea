import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { USER_PATH, userName } from "../access/arns";
import { DENY_POLICY_NAME, denyPolicy } from "../access/denyPolicy";
import { hasEnded } from "../access/entitlements";
import { serialize } from "../access/serialize";
import { userTags } from "../access/tags";
import type { StackConfig } from "../config";
import type { Customer, IsoDate } from "../customers/model";

/**
 * Declares one customer's identity: user, membership in the group, one access key per generation
 * and, when suspended or with an end date, the policy that denies everything in ECR.
 *
 * Every logical name comes from the customer's id and a key's generation, so that no edit of a file
 * replaces a user or a key; only taking a generation out of the file removes its key.
 *
 * @returns the user, or undefined for a customer that pulls with its own AWS account.
 */
export function declareCustomer(
  customer: Customer,
  group: iam.Group,
  config: StackConfig,
  today: IsoDate,
  options: pulumi.CustomResourceOptions,
): iam.User | undefined {
  if (customer.awsAccount !== undefined) return undefined;

  const user = new iam.User(
    customer.id,
    {
      name: userName(config.namePrefix, customer.id),
      path: USER_PATH,
      tags: userTags(customer, config.repositories, today),
      // Ending a customer must not fail on a key that somebody made by hand (issue 3, DESIGN §5).
      forceDestroy: true,
    },
    options,
  );
  const deny = denyPolicy(customer);
  if (deny !== undefined) {
    new iam.UserPolicy(
      customer.id,
      { name: DENY_POLICY_NAME, user: user.name, policy: serialize(deny) },
      options,
    );
  }
  for (const { generation, status } of customer.keys) {
    const active = status === "active" && !hasEnded(customer, today);
    new iam.AccessKey(
      `${customer.id}-${generation}`,
      {
        user: user.name,
        status: active ? "Active" : "Inactive",
        pgpKey: customer.pgpKey,
      },
      // AWS cannot re-encrypt a secret it no longer has: another `pgpKey` would replace the key and
      // with it the customer's credential. It counts for the next generation instead.
      { ...options, ignoreChanges: ["pgpKey"] },
    );
  }
  new iam.UserGroupMembership(customer.id, { user: user.name, groups: [group.name] }, options);
  return user;
}
