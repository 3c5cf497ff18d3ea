import { createHash } from "node:crypto";
import type { Grant, PolicyDocument, RepositorySettings } from "./model";
import { byText } from "./order";

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
 * The grants that a repository's policy names: all of them, or, with `grants: tagged`, those of
 * customers with an AWS account of their own, on whose identities we cannot put a tag.
 */
export function namedGrants(
  grants: readonly Grant[],
  repository: string,
  settings: RepositorySettings,
): Grant[] {
  return grants.filter(
    (grant) =>
      grant.repository === repository &&
      (settings.grants === "named" || grant.principal.kind === "account"),
  );
}

/**
 * The one policy of a repository: who may pull. It has no `Resource`, which ECR refuses.
 *
 * AWS binds a user's ARN to the user's unique id when a policy is saved, so a re-created user is
 * let in only by a new text; the hash of the ids in `Id` makes it new.
 *
 * @returns undefined without principals: then the repository has no policy at all.
 */
export function repositoryPolicy(
  principals: readonly PolicyPrincipal[],
): PolicyDocument | undefined {
  if (principals.length === 0) return undefined;
  const arns = [...new Set(principals.map(({ arn }) => arn))].sort(byText);
  return {
    Version: "2012-10-17",
    Id: `ecr-customers-${hashOfIds(principals)}`,
    Statement: [{ Sid: "Pull", Effect: "Allow", Principal: { AWS: arns }, Action: PULL_ACTIONS }],
  };
}

function hashOfIds(principals: readonly PolicyPrincipal[]): string {
  const ids = [...new Set(principals.map(({ arn, uniqueId }) => uniqueId ?? arn))].sort(byText);
  return createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, HASH_LENGTH);
}
