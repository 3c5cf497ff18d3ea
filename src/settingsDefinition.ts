// The definition of a stack's settings, read by the same parser as customer files.
import { z } from "zod";
import { accountId } from "./customers/fieldTypes";
import { issuer } from "./customers/oidcTypes";
import { afterMerge } from "./settingsAfterMerge";
import { awsSettings } from "./settingsAws";
import { catalogue, pathInProject, region } from "./settingsCatalogue";
import { fieldWords } from "./yaml/fieldWords";

const expiryRule = z.strictObject({
  maxMonths: z
    .number()
    .int()
    .min(1)
    .max(1200)
    .describe("How many months ahead an end date may be at most"),
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
  ...awsSettings,
});

export type Settings = z.infer<typeof settingsDefinition>;

const { shape } = settingsDefinition;

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
