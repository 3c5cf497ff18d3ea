/** The policies that people paste from AWS's documentation, from blogs and from each other. */
import type { Document } from "./account";

export const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
/** As in AWS's older examples and in most modules. */
export const PULL_AND_CHECK = [...PULL, "ecr:BatchCheckLayerAvailability"];
export const PUSH = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];
const LOGIN = "ecr:GetAuthorizationToken";

/** A policy of statements that allow something. */
export function policyOf(...statements: readonly Document[]): Document {
  return { Version: "2012-10-17", Statement: statements };
}

export function allow(Action: string | readonly string[], Resource: unknown, more: Document = {}) {
  return { Effect: "Allow", Action, Resource, ...more };
}

export const login = allow(LOGIN, "*");

/** `AmazonEC2ContainerRegistryReadOnly`, as AWS has it (AWS managed policy reference). */
export const READ_ONLY = policyOf(
  allow(
    [
      LOGIN,
      ...PULL_AND_CHECK,
      "ecr:GetRepositoryPolicy",
      "ecr:DescribeRepositories",
      "ecr:ListImages",
      "ecr:DescribeImages",
      "ecr:GetLifecyclePolicy",
      "ecr:GetLifecyclePolicyPreview",
      "ecr:ListTagsForResource",
      "ecr:DescribeImageScanFindings",
    ],
    "*",
  ),
);

export const EVERYTHING_IN_ECR = policyOf(allow("ecr:*", "*"));
export const ADMINISTRATOR = policyOf(allow("*", "*"));
export const ONLY_ECR = policyOf(allow("ecr:*", "*"));

/** A statement of a repository's policy. */
export function named(
  Sid: string,
  Principal: unknown,
  Action: unknown,
  more: Document = {},
): Document {
  return { Sid, Effect: "Allow", Principal, Action, ...more };
}

/** A repository in all regions. */
export function arnOf(account: string, repository: string): string {
  return `arn:aws:ecr:*:${account}:repository/${repository}`;
}
