// The settings of Pulumi's own namespace `aws:` that the stack's provider and the script take over.
import { z } from "zod";
import { fieldWords } from "./yaml/fieldWords";

// A role of any account: it is what gives access to the stack's account (IAM API, `arnType`).
const assumedRole = z.strictObject({
  roleArn: z
    .string()
    .regex(/^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_/-]+$/)
    .describe("ARN of the role to assume"),
  externalId: z
    .string()
    .regex(/^[A-Za-z0-9+=,.@:/_-]{2,1224}$/)
    .optional()
    .describe("External id that the role's trust policy requires"),
  sessionName: z
    .string()
    .regex(/^[A-Za-z0-9+=,.@_-]{2,64}$/)
    .optional()
    .describe("Name of the session, shown in CloudTrail; `ecr-customers` without it"),
});

const assumedRoles = z.array(assumedRole).min(1);

/** Prefixes of tag keys that mean something here or to AWS; IAM ignores their case. */
const RESERVED_TAG = /^(aws|ecr-customers|pull):/i;

// Characters of tags in IAM, which allows fewer than ECR does (IAM API, `tagKeyType`, `tagValueType`).
const tagKey = z
  .string()
  .regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u)
  .refine((key) => !RESERVED_TAG.test(key));
const tagValue = z.string().regex(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u);
const defaultTags = z.strictObject({
  tags: z.record(tagKey, tagValue).describe("Key and value of each tag"),
});

/** Keys of a stack's settings, all optional. */
export const awsSettings = {
  "aws:profile": z
    .string()
    .regex(/^[^\s\p{C}]{1,64}$/u)
    .optional()
    .describe("Profile of the AWS configuration files whose credentials are used"),
  "aws:assumeRoles": assumedRoles
    .optional()
    .describe("Roles to assume one after the other, the last of them in the stack's account"),
  "aws:defaultTags": defaultTags
    .optional()
    .describe("Tags of every user, policy and repository that this stack creates"),
};

fieldWords.add(assumedRole.shape.roleArn, {
  check: "assume-roles",
  expected: "the ARN of an IAM role",
  fix: 'Write e.g. "arn:aws:iam::123456789012:role/deploy".',
});
fieldWords.add(assumedRole.shape.externalId.unwrap(), {
  check: "assume-roles",
  expected: "an external id of 2 to 1,224 characters that IAM allows",
  fix: "Write what the role's trust policy has in `sts:ExternalId`.",
});
fieldWords.add(awsSettings["aws:profile"].unwrap(), {
  check: "aws-profile",
  expected: "the name of a profile",
  fix: "Write it as `aws configure list-profiles` prints it, or set AWS_PROFILE in the environment instead.",
});
fieldWords.add(assumedRoles, {
  check: "assume-roles",
  expected: "a list of roles to assume",
  fix: 'Write e.g. `aws:assumeRoles: [{ roleArn: "arn:aws:iam::123456789012:role/deploy" }]`.',
});
fieldWords.add(assumedRole, {
  check: "assume-roles",
  expected: "a role to assume",
  fix: 'Write e.g. `- roleArn: "arn:aws:iam::123456789012:role/deploy"`.',
});
fieldWords.add(assumedRole.shape.sessionName.unwrap(), {
  check: "assume-roles",
  expected: "a session name of 2 to 64 characters that IAM allows",
  fix: "Write letters, digits and `+=,.@_-`, or leave it out.",
});
fieldWords.add(defaultTags, {
  check: "default-tags",
  expected: "`tags` with a key and a value for each tag",
  fix: "Write e.g. `aws:defaultTags: { tags: { team: platform } }`.",
});
fieldWords.add(tagKey, {
  check: "default-tags",
  expected:
    "a tag key of 1 to 128 characters that IAM allows, without the prefix aws:, ecr-customers: or pull:",
  fix: "Write another key: those with these prefixes have a meaning of their own.",
});
fieldWords.add(tagValue, {
  check: "default-tags",
  expected: "a tag value of at most 256 characters that IAM allows",
  fix: "Write letters, digits, spaces and `_.:/=+-@`.",
});
