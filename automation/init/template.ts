// The files of a vendor's repository, as texts: the template, filled in.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { inPartition } from "../../src/access/partition";
import { roleSizes, type RoleSize } from "./roleSize";
import { setupCommands } from "./setupCommands";
import { setupDocuments } from "./setupPolicies";
import { FIRST_STACK, furtherStack, roleName, type StackNames } from "./stackNames";
import type { StackValues, VendorValues } from "./values";

/** Where the package keeps the template and the example policies. */
export interface TemplateFolders {
  template: string;
  policies: string;
}

/** Files that are the vendor's own once they are written: an update never looks at them. */
const WRITTEN_ONCE = new Set([
  "package.json",
  "Pulumi.yaml",
  ".github/CODEOWNERS",
  "notices/templates.yaml",
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

/** What each stack has of its own, by its path in the template → its path beside those of other stacks. */
const OF_EACH_STACK: Readonly<Record<string, (names: StackNames, stack: StackValues) => string>> = {
  "Pulumi.stack.yaml": (_, { answers }) => `Pulumi.${answers.stack}.yaml`,
  "customers/README.md": (_, { config }) => `${config.customers}/README.md`,
  "aws-setup/README.md": ({ setup }) => `${setup}/README.md`,
  ...Object.fromEntries(
    ["apply", "check", "notices", "preview", "renewals"].map((name) => [
      `dot-github/workflows/${name}.yml`,
      ({ suffix }: StackNames) => `.github/workflows/${name}${suffix}.yml`,
    ]),
  ),
};

/**
 * Fills in the template, for every stack.
 *
 * @throws UsageError when a role would be larger than AWS accepts.
 */
export function fillTemplate(folders: TemplateFolders, values: VendorValues): FilledTemplate {
  const { further, ...first } = values;
  const all = [
    filledFor(
      folders,
      values,
      { ...first, names: FIRST_STACK },
      { sources: templatePaths(folders.template), earlier: [] },
    ),
    ...further.map((stack, index) =>
      filledFor(
        folders,
        values,
        { ...stack, names: furtherStack(stack.answers.stack) },
        { sources: Object.keys(OF_EACH_STACK), earlier: [first, ...further.slice(0, index)] },
      ),
    ),
  ];
  const files = new Map<string, TemplateFile>();
  for (const file of all.flatMap((one) => one.files)) {
    // Stacks may share a folder of customers.
    if (!files.has(file.path)) files.set(file.path, file);
  }
  return {
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    roles: all.flatMap(({ roles }) => roles),
  };
}

/** One stack's part. @param sources - the paths in the template that it has. @param earlier - the stacks before it. */
function filledFor(
  folders: TemplateFolders,
  values: VendorValues,
  stack: StackValues & { names: StackNames },
  { sources, earlier }: { sources: readonly string[]; earlier: readonly StackValues[] },
): FilledTemplate {
  const { names, answers, config } = stack;
  const documents = setupDocuments(folders.policies, stack);
  const roles = roleSizes(documents, names);
  const words = { ...placeholders(values, stack), ...setupCommands(stack, roles, earlier) };
  const settings = `Pulumi.${answers.stack}.yaml`;
  const files = [
    ...sources.map((source): TemplateFile => {
      const ownPath = OF_EACH_STACK[source]?.(names, stack) ?? source;
      const path = ownPath.replaceAll(/(^|\/)dot-/g, "$1.");
      const template = readFileSync(join(folders.template, source), "utf8");
      const text = inPartition(filled(template, words, source), config.region);
      const once = WRITTEN_ONCE.has(path) || path === settings || source === "customers/README.md";
      return { path, text, once };
    }),
    ...documents.map(({ name, text }) => ({
      path: `${names.setup}/${name}.json`,
      text,
      once: false,
    })),
  ];
  return { files, roles };
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
  { version, workflows, further, ...first }: VendorValues,
  { answers, config, names }: StackValues & { names: StackNames },
): Record<string, string> {
  const repositories = [...config.repositories.keys()];
  const role = (use: string) => `arn:aws:iam::${config.account}:role/${roleName(names, use)}`;
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
    firstRepository: repositories[0] ?? "",
    repositories: repositories.map((name) => `    ${name}: {}`).join("\n"),
    furtherSettings: furtherSettings(config),
    previewRole: role("preview"),
    deployRole: role("deploy"),
    suffix: names.suffix,
    variableSuffix: names.variableSuffix,
    setup: names.setup,
    toProject: config.customers.replaceAll(/[^/]+/g, ".."),
    previewEnvironment: names.preview,
    deployEnvironment: names.production,
    previewInputs:
      names === FIRST_STACK ? "" : `\n      environment: ${JSON.stringify(names.preview)}`,
    applyInputs:
      names === FIRST_STACK
        ? ""
        : `\n      environment: ${JSON.stringify(names.production)}\n      issue-label: ${JSON.stringify(names.issueLabel)}`,
    ...severalStacks(first, further),
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
  };
}

/** Settings that a stack needs beside another one. */
function furtherSettings({ customers, namePrefix }: StackValues["config"]): string {
  return [
    ...(customers === "customers"
      ? []
      : [`\n  ecr-customers:customers: ${JSON.stringify(customers)}`]),
    ...(namePrefix === "" ? [] : [`\n  ecr-customers:namePrefix: ${JSON.stringify(namePrefix)}`]),
  ].join("");
}

/** What names all stacks, empty while there is one. */
function severalStacks(
  first: StackValues,
  further: readonly StackValues[],
): Readonly<Record<"stacksPage" | "customersGlobs", string>> {
  const folders = [...new Set([first, ...further].map(({ config }) => config.customers))];
  const rows = further.map(
    ({ answers: { stack }, config: { account, customers } }) =>
      `- \`Pulumi.${stack}.yaml\`, account ${account}: customers in [${customers}/](${customers}/), roles in [aws-setup/${stack}](aws-setup/${stack}/README.md).`,
  );
  return {
    customersGlobs: folders
      .map((folder) => JSON.stringify(`${folder}/*.yaml`).slice(1, -1))
      .join('", "'),
    stacksPage:
      rows.length === 0
        ? ""
        : `\n\n## Further stacks\n\nThe above is about the stack ${first.answers.stack}. There are more, so commands take \`--stack\`, e.g. \`--stack ${first.answers.stack}\`.\n\n${rows.join("\n")}`,
  };
}

function templatePaths(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? templatePaths(root, path) : [path];
  });
}
