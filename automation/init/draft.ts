// Answers to the questions of the first `init`, and checks that several questions share.
import { parseStackConfig } from "../../src/config";
import { UsageError } from "../output/usageError";

/** Answers by the names of their flags. */
export type Draft = Partial<Record<QuestionName, string>>;
export type QuestionName =
  | "stack"
  | "account"
  | "region"
  | "repositories"
  | "customers"
  | "name-prefix"
  | "state"
  | "secrets-provider"
  | "github"
  | "github-owner-id"
  | "github-repository-id"
  | "platform-team"
  | "approvers-team"
  | "on-call-role";

/** `acme` of `acme/registry`. */
export function ownerOf(github: string): string {
  return github.split("/")[0] ?? "";
}

/** The names of a list that is separated by commas. */
export function repositoryNames(answer: string): string[] {
  return answer.split(/[,\s]+/).filter((name) => name !== "");
}

/** Settings of a stack as text, with example values for what is left out. */
export function settingsText({
  account = "123456789012",
  region = "eu-central-1",
  repositories = "example",
  customers = "",
  "name-prefix": namePrefix = "",
}: Draft): string {
  const config = {
    "aws:region": region,
    "ecr-customers:account": account,
    ...(customers === "" ? {} : { "ecr-customers:customers": customers }),
    ...(namePrefix === "" ? {} : { "ecr-customers:namePrefix": namePrefix }),
    "ecr-customers:repositories": Object.fromEntries(
      repositoryNames(repositories).map((name) => [name, {}]),
    ),
  };
  // JSON is YAML, and no answer can be more than a value in it.
  return JSON.stringify({ config });
}

/** @throws UsageError when a setting among the answers is wrong. */
export function checkSettings(draft: Draft): void {
  const [problem] = parseStackConfig(settingsText(draft), "", "prod").problems;
  if (problem === undefined) return;
  throw new UsageError(problem.message, problem.fix);
}

/** @throws UsageError when it is not a team or a user of GitHub. */
export function checkTeam(answer: string): void {
  checkPattern(
    answer,
    /^@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[\w.-]+)?$/,
    "a team or a user of GitHub",
    "@acme/platform",
  );
}

/** @throws UsageError when the answer does not fit. */
export function checkPattern(
  answer: string,
  valid: RegExp,
  expected: string,
  example: string,
): void {
  if (valid.test(answer)) return;
  throw new UsageError(
    `expected ${expected}, got ${JSON.stringify(answer)}`,
    `Write e.g. \`${example}\`.`,
  );
}
