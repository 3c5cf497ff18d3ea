import { createHash } from "node:crypto";
import type {
  ForeignStatement,
  Grant,
  PolicyOwner,
  PolicyStatement,
  RepositoryPolicyDocument,
  RepositorySettings,
} from "./model";
import { grantsOf } from "./grantsOf";
import { byText } from "./order";
import { policyId } from "./policyId";
import { isElsewhere } from "./principals";

/** What a pull needs, and no more (ECR user guide, "Private repository policy examples"). */
export const PULL_ACTIONS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] as const;

/** Hexadecimal characters of the hash in a policy's `Id`. */
const HASH_LENGTH = 12;

/** One who may pull, as AWS knows it. An account has no unique id. */
export interface PolicyPrincipal {
  arn: string;
  /** `AIDA…`: a deleted and re-created user has the same ARN and another id. */
  uniqueId?: string;
}

/**
 * The grants that a repository's policy names, with the principals that it names: all of them, or, with
 * `grants: tagged`, those of customers' own AWS accounts, on whose identities we cannot put a tag.
 */
export function namedGrants(
  grants: readonly Grant[],
  repository: string,
  settings: RepositorySettings,
): Grant[] {
  const its = grantsOf(grants, repository);
  if (settings.grants === "named") return [...its];
  return its.flatMap((grant) => {
    const principals = grant.principals.filter(isElsewhere);
    return principals.length === 0 ? [] : [{ ...grant, principals }];
  });
}

/** `Sid` of our statement. The second one is used when a statement of others has the first. */
export const OWN_SIDS = ["Pull", "EcrCustomersPull"] as const;

/**
 * The one policy of a repository: who may pull, then the statements of others, as they are. It has
 * no `Resource`, which ECR refuses.
 *
 * AWS binds a user's ARN to the user's unique id when a policy is saved, so a re-created user is
 * let in only by a new text; the hash of the ids in `Id` makes it new.
 *
 * @param owner - the stack that writes the policy.
 * @param others - statements that are not ours: declared in the settings, or found and kept.
 * @returns undefined without principals and others: then the repository has no policy at all.
 */
export function repositoryPolicy(
  principals: readonly PolicyPrincipal[],
  owner: PolicyOwner,
  others: readonly ForeignStatement[] = [],
): RepositoryPolicyDocument | undefined {
  if (principals.length === 0 && others.length === 0) return undefined;
  const own = principals.length === 0 ? [] : [ownStatement(principals, others)];
  return {
    Version: "2012-10-17",
    Id: policyId(owner, hashOfIds(principals)),
    Statement: [...own, ...others],
  };
}

function ownStatement(
  principals: readonly PolicyPrincipal[],
  others: readonly ForeignStatement[],
): PolicyStatement {
  // A `Sid` is unique within a policy (IAM user guide, "Sid").
  const taken = new Set(others.map(({ Sid }) => Sid));
  return {
    Sid: OWN_SIDS.find((sid) => !taken.has(sid)) ?? OWN_SIDS[1],
    Effect: "Allow",
    Principal: { AWS: [...new Set(principals.map(({ arn }) => arn))].sort(byText) },
    Action: PULL_ACTIONS,
  };
}

/** Hash of the unique ids that a policy is bound to; an account's ARN stands for itself. */
export function hashOfIds(principals: readonly PolicyPrincipal[]): string {
  const ids = [...new Set(principals.map(({ arn, uniqueId }) => uniqueId ?? arn))].sort(byText);
  return createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, HASH_LENGTH);
}
