// The definition of a stack's settings, read by the same parser as customer files.
import { z } from "zod";
import { accountId } from "./customers/fieldTypes";
import { issuer } from "./customers/oidcTypes";
import { fieldWords } from "./yaml/fieldWords";
import { repositoryName } from "./customers/repositoryName";
import { unsupportedPartition } from "./access/partition";
import { quoted } from "./printable";
import { afterMerge } from "./settingsAfterMerge";

const region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/)
  .refine((name) => unsupportedPartition(name) === undefined);

/** The program reads no file outside the project. */
const pathInProject = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.split(/[/\\]/).includes(".."));

const repositorySettings = z.strictObject({
  create: z
    .boolean()
    .optional()
    .describe("`true`: this stack creates the repository in each of its regions"),
  grants: z
    .enum(["named", "tagged"])
    .optional()
    .describe("`named`: the repository's policy names each customer; `tagged`: by tags of users"),
  regions: z
    .array(region)
    .min(1)
    .optional()
    .describe("Regions that customers may pull the repository in; `aws:region` without it"),
  statements: pathInProject
    .refine((path) => path.endsWith(".json"))
    .optional()
    .describe("JSON file with the statements of others in the repository's policy"),
});

const catalogue = z
  .record(repositoryName, repositorySettings)
  .refine((all) => Object.keys(all).length > 0);

const expiryRule = z.strictObject({
  maxMonths: z
    .number()
    .int()
    .min(1)
    .max(1200)
    .describe("How many months ahead an end date may be at most"),
});

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

const otherPrincipal = z.strictObject({
  arn: z
    .string()
    .regex(/^arn:aws(-cn|-us-gov)?:iam::[0-9]{12}:(user|role)\/[A-Za-z0-9+=,.@_/*-]+$/)
    .describe("ARN of a user or role of the stack's account; `*` stands for any text"),
  reason: z.string().min(1).describe("Why it may pull or write repositories of the catalogue"),
});

const otherPrincipals = z.array(otherPrincipal).min(1);

/** Each a whole URL, as customer files have it. */
const otherIssuers = z
  .array(issuer)
  .min(1)
  .refine((all) => new Set(all).size === all.length)
  .meta({ uniqueItems: true });

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

/** The keys of the stack's settings, without our namespace; `aws:region` is Pulumi's own. */
export const settingsDefinition = z.strictObject({
  account: accountId.describe("The AWS account that this stack deploys to; any other is refused"),
  "aws:region": region.describe("Region of repositories without `regions`"),
  repositories: catalogue.describe("The catalogue: every repository that customers may pull"),
  customers: pathInProject
    .optional()
    .describe("Folder of the customer files; `customers` without it"),
  // Characters of an IAM user name (IAM API, `userNameType`), short enough for an id of 48.
  namePrefix: z
    .string()
    .max(16)
    .regex(/^[A-Za-z0-9+=,.@_-]*$/)
    .optional()
    .describe("Prefix of all IAM names, for several stacks in one account"),
  requireExpiry: z
    .union([z.boolean(), expiryRule])
    .optional()
    .describe("Whether every customer needs an end date, and how far ahead it may be"),
  cells: z
    .number()
    .int()
    .min(1)
    .max(500)
    .optional()
    .describe("Number of stacks that the customers are spread over; 1 without it"),
  otherPrincipals: otherPrincipals
    .optional()
    .describe("Users and roles, not customers', that may pull or write repositories"),
  otherIssuers: otherIssuers
    .optional()
    .describe(
      "OIDC issuers that the account knows already, and that this stack leaves as they are",
    ),
  ...afterMerge,
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
});

export type Settings = z.infer<typeof settingsDefinition>;

const { shape } = settingsDefinition;

fieldWords.add(region, {
  check: "region",
  expected: "an AWS region",
  fix: "Write e.g. `eu-central-1`.",
  explain: (text) => {
    const partition = unsupportedPartition(text);
    if (partition === undefined) return undefined;
    return {
      check: "partition",
      found: `${quoted(text)}, which is in the partition \`${partition}\``,
      fix: "Write a region of the partition `aws`, `aws-cn` or `aws-us-gov`: others are not supported.",
    };
  },
});
fieldWords.add(catalogue, {
  check: "catalogue",
  expected: "at least one repository",
  fix: "Write e.g. `edge-agent: {}` under `ecr-customers:repositories`.",
});
fieldWords.add(repositorySettings, {
  check: "catalogue-entry",
  expected: "`create`, `grants`, `regions` and `statements`, or {}",
  fix: "Write e.g. `edge-agent: { grants: tagged }`.",
});
fieldWords.add(repositorySettings.shape.create.unwrap(), {
  check: "create",
  expected: "true or false",
  fix: "Write `create: true`, or leave it out.",
});
fieldWords.add(repositorySettings.shape.grants.unwrap(), {
  check: "grants",
  expected: "named or tagged",
  fix: "Write `grants: tagged`, or leave it out.",
});
fieldWords.add(repositorySettings.shape.regions.unwrap(), {
  check: "regions",
  expected: "a list of at least one AWS region",
  fix: "Write e.g. `regions: [eu-central-1, us-east-1]`, or leave it out.",
});
fieldWords.add(repositorySettings.shape.statements.unwrap(), {
  check: "statements",
  expected: "a JSON file inside the project",
  fix: "Write e.g. `statements: statements/edge-agent.json`.",
});
fieldWords.add(shape.customers.unwrap(), {
  check: "customers-folder",
  expected: "a folder inside the project",
  fix: "Write e.g. `ecr-customers:customers: customers`.",
});
fieldWords.add(shape.namePrefix.unwrap(), {
  check: "name-prefix",
  expected: "at most 16 characters that are allowed in IAM user names",
  fix: "Write e.g. `ecr-customers:namePrefix: eu-`.",
});
fieldWords.add(shape.requireExpiry.unwrap(), {
  check: "require-expiry",
  expected: "true, false or {maxMonths: <number>}",
  fix: "Write e.g. `ecr-customers:requireExpiry: { maxMonths: 24 }`.",
});
fieldWords.add(expiryRule, {
  check: "require-expiry",
  expected: "true, false or {maxMonths: <number>}",
  fix: "Write e.g. `ecr-customers:requireExpiry: { maxMonths: 24 }`.",
});
fieldWords.add(shape.cells.unwrap(), {
  check: "cells",
  expected: "a number from 1 to 500",
  fix: "Write e.g. `ecr-customers:cells: 10`, or leave it out.",
});
fieldWords.add(otherPrincipals, {
  check: "other-principals",
  expected: "a list of users and roles, each with `arn` and `reason`",
  fix: 'Write e.g. `- { arn: "arn:aws:iam::123456789012:role/ci-push", reason: CI pushes images }`.',
});
fieldWords.add(otherIssuers, {
  check: "other-issuers",
  expected: "a list of OIDC issuers, each once",
  fix: "Write e.g. `[https://token.actions.githubusercontent.com]`, or leave it out.",
});
fieldWords.add(otherPrincipal, {
  check: "other-principals",
  expected: "`arn` and `reason`",
  fix: 'Write e.g. `- { arn: "arn:aws:iam::123456789012:role/ci-push", reason: CI pushes images }`.',
});
fieldWords.add(otherPrincipal.shape.arn, {
  check: "other-principals",
  expected: "the ARN of an IAM user or role",
  fix: 'Write e.g. "arn:aws:iam::123456789012:role/ci-push"; `*` stands for any text in its path and name.',
});
fieldWords.add(otherPrincipal.shape.reason, {
  check: "other-principals",
  expected: "why it may pull or write repositories",
  fix: "Write e.g. `reason: CI pushes images`.",
});
fieldWords.add(shape["aws:profile"].unwrap(), {
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
