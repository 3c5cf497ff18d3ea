import { ROLE_ARN } from "./compiledPolicy";
import { requestContext, type RequestContext } from "./conditions";

/** What is known of a caller in AWS, beside its policies. */
export interface CallerFacts {
  arn: string;
  account: string;
  /** A user's, or a role's; without it this is a role's session, or an account as a whole, of whose identities nothing is known. */
  user?: { name: string; uniqueId: string; tags?: Readonly<Record<string, string>> };
}

/** Keys of services that call on another principal's behalf, and of sessions: a user's own key has none. */
const NEVER_OF_A_KEY = new Set(
  [
    "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge",
    "aws:FederatedProvider",
    "aws:PrincipalServiceName",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:AssumedRoot",
  ].map((key) => key.toLowerCase()),
);

const TAG = /^aws:principaltag\//;

/**
 * The context of a request that a caller signs with a key of its own, as far as it is known without
 * the request (IAM user guide, "AWS global condition context keys"). What depends on where the request
 * comes from (`aws:SourceIp`, `aws:SourceVpce`) or on the organization stays unknown: a decision that
 * depends on it is an EvaluationError that names the key.
 *
 * @param time - `2026-11-28T00:00:00Z`.
 */
export function callerContext({ arn, account, user }: CallerFacts, time: string): RequestContext {
  const isRole = ROLE_ARN.test(arn);
  const known: Record<string, string> = {
    "aws:PrincipalAccount": account,
    // ECR, IAM and STS answer to TLS only.
    "aws:SecureTransport": "true",
    "aws:PrincipalIsAWSService": "false",
    "aws:ViaAWSService": "false",
    // A session's is the role's ARN (IAM user guide, "aws:PrincipalArn").
    ...(isRole ? { "aws:PrincipalArn": arn, "aws:PrincipalType": "AssumedRole" } : {}),
    ...(user === undefined || isRole
      ? {}
      : {
          "aws:PrincipalArn": arn,
          "aws:PrincipalType": "User",
          "aws:username": user.name,
          "aws:userid": user.uniqueId,
        }),
  };
  const tags = Object.entries(user?.tags ?? {}).map(
    ([key, value]) => [`aws:PrincipalTag/${key}`, value] as const,
  );
  const own = new Map(Object.entries(known).map(([key, value]) => [key.toLowerCase(), value]));
  const base = requestContext({ "aws:CurrentTime": time, ...Object.fromEntries(tags) });
  return {
    get: (key) => own.get(key) ?? base.get(key),
    lacks: (key) =>
      user !== undefined &&
      ((!isRole && NEVER_OF_A_KEY.has(key)) || (user.tags !== undefined && TAG.test(key))),
    missing: (name) => `the condition key ${name}`,
  };
}
