// The catalogue of a stack's settings: repositories, where they are, and how access to them is given.
import { z } from "zod";
import { unsupportedPartition } from "./access/partition";
import { repositoryName } from "./customers/repositoryName";
import { quoted } from "./printable";
import { fieldWords } from "./yaml/fieldWords";

/** An AWS region of a partition that is supported. */
export const region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/)
  .refine((name) => unsupportedPartition(name) === undefined);

/** A path in the project: the program reads no file outside the project. */
export const pathInProject = z
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

export const catalogue = z
  .record(repositoryName, repositorySettings)
  .refine((all) => Object.keys(all).length > 0);

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
fieldWords.add(repositorySettings.shape.statements.unwrap(), {
  check: "statements",
  expected: "a JSON file inside the project",
  fix: "Write e.g. `statements: statements/edge-agent.json`.",
});
