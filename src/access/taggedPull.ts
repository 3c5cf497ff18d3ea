import type { AccountId } from "../customers/model";
import { repositoryArn } from "./arns";
import type { Catalogue, PolicyDocument, PolicyStatement } from "./model";
import { PULL_ACTIONS } from "./repositoryPolicy";
import { PULL_TAG_VALUE, pullTagKey } from "./tags";

/** Name of the group's second managed policy, before the stack's prefix. */
export const TAGGED_PULL_POLICY_NAME = "ecr-customers-tagged-pull";

/**
 * Lets those of its holders who carry a repository's tag pull that repository. Its size depends on
 * the catalogue only: as many customers as the account holds users.
 *
 * It is a policy of identities, so it needs no unique id and no principal (IAM user guide,
 * "Controlling access to AWS resources using tags").
 *
 * @returns undefined when no repository has `grants: tagged`.
 */
export function taggedPullPolicy(
  account: AccountId,
  catalogue: Catalogue,
): PolicyDocument | undefined {
  const statements = [...catalogue]
    .filter(([, settings]) => settings.grants === "tagged")
    .map(([repository, { regions }]): PolicyStatement => ({
      Effect: "Allow",
      Action: PULL_ACTIONS,
      Resource: regions.map((region) => repositoryArn(account, region, repository)),
      Condition: {
        StringEquals: { [`aws:PrincipalTag/${pullTagKey(repository)}`]: PULL_TAG_VALUE },
      },
    }));
  return statements.length === 0 ? undefined : { Version: "2012-10-17", Statement: statements };
}
