// The files of a vendor's repository, as texts: the template, filled in.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { inPartition } from "../../src/access/partition";
import { roleSizes, type RoleSize } from "./roleSize";
import { setupCommands } from "./setupCommands";
import { setupDocuments } from "./setupPolicies";
import type { VendorValues } from "./values";

/** Where the package keeps the template and the example policies. */
export interface TemplateFolders {
  template: string;
  policies: string;
}

/** Files that are the vendor's own once they are written: an update never looks at them. */
const WRITTEN_ONCE = new Set([
  "package.json",
  "Pulumi.yaml",
  "customers/README.md",
  ".github/CODEOWNERS",
]);

export interface TemplateFile {
  /** Relative to the vendor's folder, with `/`. */
  path: string;
  text: string;
  /** It is the vendor's once it is written. */
  once: boolean;
}

/** What belongs into a vendor's repository. */
export interface FilledTemplate {
  /** In code-unit order of their paths. */
  files: readonly TemplateFile[];
  roles: readonly RoleSize[];
}

/**
 * Fills in the template.
 *
 * @throws UsageError when a role would be larger than AWS accepts.
 */
export function fillTemplate(folders: TemplateFolders, values: VendorValues): FilledTemplate {
  const documents = setupDocuments(folders.policies, values);
  const roles = roleSizes(documents);
  const words = placeholders(values, roles);
  const settings = `Pulumi.${values.answers.stack}.yaml`;
  const files = [
    ...templatePaths(folders.template).map((source): TemplateFile => {
      const path = source.replace("Pulumi.stack.yaml", settings).replaceAll(/(^|\/)dot-/g, "$1.");
      const template = readFileSync(join(folders.template, source), "utf8");
      const text = inPartition(filled(template, words, source), values.config.region);
      return { path, text, once: WRITTEN_ONCE.has(path) || path === settings };
    }),
    ...documents.map(({ name, text }) => ({ path: `aws-setup/${name}.json`, text, once: false })),
  ];
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), roles };
}

/** A placeholder of the template. `${{ … }}` is GitHub's, and stays. */
const PLACEHOLDER = /(?<!\$)\{\{(\w+)\}\}/g;

/** @throws Error when the template has a placeholder that no value is for. */
function filled(text: string, words: Readonly<Record<string, string>>, file: string): string {
  return text.replace(PLACEHOLDER, (_, name: string) => {
    const word = words[name];
    if (word === undefined) throw new Error(`template/${file}: no value for {{${name}}}`);
    return word;
  });
}

function placeholders(
  { answers, config, version, workflows }: VendorValues,
  roles: readonly RoleSize[],
): Record<string, string> {
  const names = [...config.repositories.keys()];
  const role = (name: string) => `arn:aws:iam::${config.account}:role/ecr-customers-${name}`;
  return {
    account: config.account,
    region: config.region,
    stack: answers.stack,
    state: answers.state,
    owner: answers.owner,
    packageName: answers.repository.toLowerCase().replace(/^[._]+/, ""),
    platformTeam: answers.platformTeam,
    approversTeam: answers.approversTeam,
    onCallRole: answers.onCallRole,
    version,
    firstRepository: names[0] ?? "",
    repositories: names.map((name) => `    ${name}: {}`).join("\n"),
    previewRole: role("preview"),
    deployRole: role("deploy"),
    applyWorkflow: config.cells > 1 ? "reusable-cells.yml" : "reusable-apply.yml",
    // The one secret that the workflows need, and only for a state without KMS.
    passphraseSecret:
      answers.secretsProvider === "passphrase"
        ? "secrets: inherit # the passphrase, which is in the protected environments\n    "
        : "",
    workflows: `${workflows.repository}/.github/workflows`,
    workflowsRepository: workflows.repository,
    workflowsCommit: workflows.commit,
    workflowsVersion: workflows.version,
    ...setupCommands({ answers, config }, roles),
  };
}

function templatePaths(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? templatePaths(root, path) : [path];
  });
}
