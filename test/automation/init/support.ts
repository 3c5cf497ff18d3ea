import { join } from "node:path";
import { parseStackConfig } from "../../../src/config";
import type { TemplateFolders } from "../../../automation/init/template";
import type { Answers, VendorValues } from "../../../automation/init/values";

const ROOT = join(__dirname, "..", "..", "..");

export const FOLDERS: TemplateFolders = {
  template: join(ROOT, "template"),
  policies: join(ROOT, "docs", "aws-setup"),
};

/** A vendor that has nothing in common with the examples of docs/aws-setup. */
export const ACME: Answers = {
  stack: "live",
  state: "s3://acme-state/registry",
  secretsProvider: "awskms://alias/acme-state?region=ap-southeast-2",
  owner: "acme",
  repository: "registry",
  ownerId: "111",
  repositoryId: "222",
  platformTeam: "@acme/cloud",
  approversTeam: "@acme/sales-approvers",
  onCallRole: "night-shift",
};

export const SETTINGS = `config:
  aws:region: ap-southeast-2
  ecr-customers:account: "444455556666"
  ecr-customers:namePrefix: ap-
  ecr-customers:repositories:
    player: { create: true, regions: [ap-southeast-2, us-west-2] }
    tools/cli: { grants: tagged }
`;

export function vendor(answers: Partial<Answers> = {}, settings = SETTINGS): VendorValues {
  const all = { ...ACME, ...answers };
  const { config, problems } = parseStackConfig(settings, "", all.stack);
  if (config === undefined) throw new Error(JSON.stringify(problems));
  const commit = "fedcba9876fedcba9876fedcba9876fedcba9876";
  const workflows = { repository: "upstream/ecr-customers", commit, version: "v9.8.7" };
  return { answers: all, config, further: [], version: "9.8.7", workflows };
}
