// What `init` reports.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { counted } from "../../src/counted";
import type { Terminal } from "../output/terminal";
import { roleSizeLine } from "./roleSize";
import { lineDifference } from "../output/lineDifference";
import type { ComparedFile, FileState } from "./comparison";
import type { InitRecord } from "./record";
import type { FilledTemplate } from "./template";
import type { StackValues, VendorValues } from "./values";

const WORDS: Readonly<Record<Exclude<FileState, "current">, string>> = {
  new: "new in the template",
  behind: "behind the template",
  kept: "changed by hand, and stays; the template has changed too",
  foreign: "was here before, and stays",
};

/** A line for each file that is not as the template has it. */
function stateLines(compared: readonly ComparedFile[]): string[] {
  return compared.flatMap(({ path, state, present }) => {
    if (state === "current") return [];
    const isDeleted = state === "kept" && present === undefined;
    return [
      `${path}: ${isDeleted ? "deleted by hand, and stays so; the template has changed" : WORDS[state]}`,
    ];
  });
}

/** What would change in each file, and, for those that stay, what the template has instead. */
export function differenceLines(compared: readonly ComparedFile[]): string[] {
  return compared.flatMap(({ path, state, present = "", text }) => {
    if (state === "current" || state === "new") return [];
    const title = state === "behind" ? `--- ${path}` : `--- ${path} (not written)`;
    return ["", title, ...lineDifference(present, text)];
  });
}

/** The comparison as values. */
export function filesAsJson(compared: readonly ComparedFile[], { roles }: FilledTemplate) {
  return {
    files: Object.fromEntries(compared.map(({ path, state }) => [path, state])),
    differences: Object.fromEntries(
      compared.flatMap(({ path, state, present = "", text }) =>
        state === "current" || state === "new" ? [] : [[path, lineDifference(present, text)]],
      ),
    ),
    roles: roles.map(({ further, ...role }) => ({
      ...role,
      ...(Number.isFinite(further) ? { further } : {}),
    })),
  };
}

/** Reports which files are not as the template has them. @param left - paths that it no longer has. */
export function reportStates(
  compared: readonly ComparedFile[],
  left: readonly string[],
  terminal: Terminal,
): void {
  const lines = [
    ...stateLines(compared),
    ...left.map((path) => `${path}: no longer in the template; delete it`),
  ];
  if (lines.length === 0) terminal.print("Every file of the template is up to date.", "good");
  for (const line of lines) terminal.print(line);
}

/** Reports what was written, and how large the roles are. */
export function reportWritten(
  changes: readonly ComparedFile[],
  { roles }: FilledTemplate,
  terminal: Terminal,
): void {
  terminal.print(`${counted(changes.length, "file")} written:`, "good");
  for (const { path } of changes) terminal.print(`  ${path}`);
  for (const role of roles) {
    terminal.print(`  ${roleSizeLine(role)}`, role.attached === "inline" ? "warning" : "quiet");
  }
}

/** What to do after a run. @param from - the folder that the reader is in. */
export function nextSteps(
  directory: string,
  from: string,
  { further }: VendorValues,
  changes: readonly ComparedFile[],
  record: InitRecord | undefined,
): string[] {
  if (record === undefined) return firstSteps(directory, from);
  const recorded = record.further?.map(({ stack }) => stack) ?? [];
  const added = further.find(({ answers }) => !recorded.includes(answers.stack));
  return added === undefined ? laterSteps(changes) : stackSteps(added);
}

function firstSteps(directory: string, from: string): string[] {
  const folder = relative(from, directory);
  const installed = existsSync(join(directory, "node_modules", "ecr-customers"));
  return [
    ...(folder === "" ? [] : [`cd ${folder}`]),
    ...(installed ? [] : ["npm install"]),
    "add the first customer: customers/README.md shows an example; `ecr-customers validate` checks it",
    "git init, commit everything, and push it to GitHub",
    "set up AWS and GitHub once: aws-setup/README.md",
  ];
}

/** What to do after a stack was added. */
function stackSteps({ answers, config }: StackValues): string[] {
  const { stack, approversTeam } = answers;
  const { customers } = config;
  return [
    ...(customers === "customers"
      ? []
      : [
          `add the stack's first customer: ${customers}/README.md shows an example`,
          `let ${approversTeam} approve its customers: add \`/${customers}/*.yaml  ${approversTeam}\` to .github/CODEOWNERS`,
        ]),
    `check the files with \`ecr-customers validate\`, and merge them once AWS and GitHub are set up for the stack: aws-setup/${stack}/README.md`,
  ];
}

/** What to do after a later run has changed files. */
function laterSteps(changes: readonly ComparedFile[]): string[] {
  const folders = changes.flatMap(
    ({ path }) => /^(aws-setup\/(?:[^/]+\/)?)[^/]*-(?:role|guardrail)\.json$/.exec(path)?.[1] ?? [],
  );
  return [
    "review the change with `git diff`, and commit it",
    ...[...new Set(folders)].map(
      (folder) => `update the roles in AWS: ${folder}README.md, section 6`,
    ),
  ];
}
