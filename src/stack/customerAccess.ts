import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { USER_PATH } from "../access/arns";
import type { CustomerContent } from "../access/customerContent";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import { serialize } from "../access/serialize";
import { ADOPTABLE, adoptedName, type Adoption } from "../adoption";
import { adoptedOptions } from "./adoptedOptions";

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
  content: CustomerContent,
  group: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
  adoption?: Adoption,
): { user: iam.User; membership: iam.UserGroupMembership } {
  const { id, deny } = content;
  const user = declareUser(content, options, adoption);
  if (deny !== undefined) {
    new iam.UserPolicy(
      id,
      { name: DENY_POLICY_NAME, user: user.name, policy: serialize(deny) },
      options,
    );
  }
  for (const key of content.keys) declareKey(id, key, user.name, options, adoption);
  const membership = new iam.UserGroupMembership(
    id,
    { user: user.name, groups: [group] },
    // AWS knows a membership by user and group: deleting the old one last would take the new one away. Usually it is
    // deleted with its user; after a killed replacement of the user it is replaced alone.
    { ...options, deleteBeforeReplace: true },
  );
  return { user, membership };
}

/** Declares only what an adoption has of a customer: its user, its keys. */
export function declareAdoptedCustomer(
  content: CustomerContent,
  options: pulumi.CustomResourceOptions,
  adoption: Adoption,
): void {
  const { id, userName, keys } = content;
  if (adoption.has(adoptedName(ADOPTABLE.user, id))) declareUser(content, options, adoption);
  for (const key of keys) {
    if (!adoption.has(adoptedName(ADOPTABLE.key, `${id}-${key.generation}`))) continue;
    declareKey(id, key, userName, options, adoption);
  }
}

function declareUser(
  { id, userName, userGeneration, tags }: CustomerContent,
  options: pulumi.CustomResourceOptions,
  adoption: Adoption | undefined,
): iam.User {
  return new iam.User(
    id,
    {
      name: userName,
      path: USER_PATH,
      tags,
      // Deleting a customer's user must not fail because of a key that was created by hand (docs/architecture.md, "What is declared in AWS").
      forceDestroy: true,
    },
    adoptedOptions(ADOPTABLE.user, id, adoption, {
      ...options,
      replacementTrigger: userGeneration,
      // The name is the old user's until that one is deleted.
      deleteBeforeReplace: true,
    }),
  );
}

function declareKey(
  id: string,
  { generation, status, pgpKey }: CustomerContent["keys"][number],
  user: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
  adoption: Adoption | undefined,
): void {
  const name = `${id}-${generation}`;
  new iam.AccessKey(
    name,
    { user, status, pgpKey },
    adoptedOptions(ADOPTABLE.key, name, adoption, {
      ...options,
      // AWS cannot re-encrypt a secret it no longer has: another `pgpKey` would replace the key and
      // with it the customer's credential. It counts for the next generation instead.
      ignoreChanges: ["pgpKey"],
    }),
  );
}
