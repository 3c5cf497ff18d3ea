// The definition of a stack's settings, read by the same parser as customer files.
import { z } from "zod";
import { accountId } from "./customers/definition";
import { fieldWords } from "./yaml/fieldWords";
import { repositoryName } from "./customers/repositoryName";

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/);

/** The program reads no file outside the project. */
const pathInProject = z
  .string()
  .min(1)
  .refine((path) => !path.startsWith("/") && !path.split(/[/\\]/).includes(".."));

const repositorySettings = z.strictObject({
  create: z.boolean().optional(),
  grants: z.enum(["named", "tagged"]).optional(),
  regions: z.array(region).min(1).optional(),
  statements: pathInProject.refine((path) => path.endsWith(".json")).optional(),
});

const catalogue = z
  .record(repositoryName, repositorySettings)
  .refine((all) => Object.keys(all).length > 0);

const expiryRule = z.strictObject({ maxMonths: z.number().int().min(1).max(1200) });

/** The keys of the stack's settings, without our namespace; `aws:region` is Pulumi's own. */
export const settingsDefinition = z.strictObject({
  account: accountId,
  "aws:region": region,
  repositories: catalogue,
  customers: pathInProject.optional(),
  // Characters of an IAM user name (IAM API, `userNameType`), short enough for an id of 48.
  namePrefix: z
    .string()
    .max(16)
    .regex(/^[A-Za-z0-9+=,.@_-]*$/)
    .optional(),
  requireExpiry: z.union([z.boolean(), expiryRule]).optional(),
  cells: z.number().int().min(1).max(500).optional(),
});

export type Settings = z.infer<typeof settingsDefinition>;

const { shape } = settingsDefinition;

fieldWords.add(region, {
  check: "region",
  expected: "an AWS region",
  fix: "Write e.g. `eu-central-1`.",
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
