import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { USER_PATH } from "../access/arns";
import type { CustomerContent } from "../access/customerContent";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import { serialize } from "../access/serialize";

/**
 * Declares one customer's identity: user, membership in the group, one access key per generation
 * and, when suspended or with an end date, the policy that denies everything in ECR.
 *
 * Every logical name comes from the customer's id and a key's generation, so that no edit of a file
 * replaces a user or a key; only deleting a generation from the file deletes its key, and
 * another generation of the user replaces it with its keys.
 *
 * @param group - name of the group that all customers' users are in.
 */
export function declareCustomer(
  { id, userName, userGeneration, tags, deny, keys }: CustomerContent,
  group: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): iam.User {
  const user = new iam.User(
    id,
    {
      name: userName,
      path: USER_PATH,
      tags,
      // Deleting a customer's user must not fail because of a key that was created by hand (docs/architecture.md, "What is declared in AWS").
      forceDestroy: true,
    },
    // The name is the old user's until that one is deleted.
    { ...options, replacementTrigger: userGeneration, deleteBeforeReplace: true },
  );
  if (deny !== undefined) {
    new iam.UserPolicy(
      id,
      { name: DENY_POLICY_NAME, user: user.name, policy: serialize(deny) },
      options,
    );
  }
  for (const { generation, status, pgpKey } of keys) {
    new iam.AccessKey(
      `${id}-${generation}`,
      { user: user.name, status, pgpKey },
      // AWS cannot re-encrypt a secret it no longer has: another `pgpKey` would replace the key and
      // with it the customer's credential. It counts for the next generation instead.
      { ...options, ignoreChanges: ["pgpKey"] },
    );
  }
  new iam.UserGroupMembership(id, { user: user.name, groups: [group] }, options);
  return user;
}
