import { loadStackConfig, parseStackConfig, type StackConfig } from "../../src/config";
import { ProblemsError } from "../../src/problem";
import { UsageError } from "../output/usageError";
import { ownerOf, settingsText, type Draft, type QuestionName } from "./draft";
import { QUESTIONS } from "./questions";
import type { Answers } from "./values";

/** Which question is about which answer. Account, region and repositories are settings of the stack. */
const RECORDED: Readonly<Partial<Record<QuestionName, keyof Answers>>> = {
  state: "state",
  "secrets-provider": "secretsProvider",
  "github-owner-id": "ownerId",
  "github-repository-id": "repositoryId",
  "platform-team": "platformTeam",
  "approvers-team": "approversTeam",
  "on-call-role": "onCallRole",
};

/** Answers and settings of a first `init`. @throws ProblemsError */
export function firstValues(draft: Required<Draft>): { answers: Answers; config: StackConfig } {
  const file = `Pulumi.${draft.stack}.yaml`;
  const { config, problems } = parseStackConfig(settingsText(draft), file, draft.stack);
  if (config === undefined) throw new ProblemsError(problems);
  return { answers: toAnswers(draft), config };
}

/**
 * Answers and settings of a vendor's repository that exists: the settings are read, the answers are those recorded,
 * with what the flags change.
 *
 * @throws UsageError when a flag is about a setting, or is wrong.
 * @throws ProblemsError when the settings have problems.
 */
export function laterValues(
  directory: string,
  recorded: Answers,
  flags: Draft,
): { answers: Answers; config: StackConfig } {
  const settings = (["account", "region", "repositories"] as const).find(
    (name) => flags[name] !== undefined,
  );
  if (settings !== undefined || (flags.stack ?? recorded.stack) !== recorded.stack) {
    throw new UsageError(
      `--${settings ?? "stack"} is only for the first \`ecr-customers init\``,
      `This repository is for the stack ${recorded.stack}: edit Pulumi.${recorded.stack}.yaml, then run \`ecr-customers init\`.`,
    );
  }
  const { config, problems } = loadStackConfig(directory, recorded.stack);
  if (config === undefined) throw new ProblemsError(problems);
  const before = toDraft(recorded);
  const draft = { ...before, ...flags, account: config.account, region: config.region };
  for (const question of QUESTIONS) {
    const flag = flags[question.name];
    if (flag !== undefined) question.check(flag, draft);
  }
  return { answers: toAnswers(draft as Required<Draft>), config };
}

function toAnswers(draft: Required<Draft>): Answers {
  const { stack, github } = draft;
  const named = Object.entries(RECORDED).map(([question, answer]) => [
    answer,
    draft[question as QuestionName],
  ]);
  const repository = github.slice(ownerOf(github).length + 1);
  return { stack, owner: ownerOf(github), repository, ...Object.fromEntries(named) } as Answers;
}

function toDraft(answers: Answers): Draft {
  const named = Object.entries(RECORDED).map(([question, answer]) => [question, answers[answer]]);
  const { stack, owner, repository } = answers;
  return { stack, github: `${owner}/${repository}`, ...Object.fromEntries(named) } as Draft;
}
