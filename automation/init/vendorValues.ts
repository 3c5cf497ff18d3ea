import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadStackConfig, parseStackConfig, type StackConfig } from "../../src/config";
import { ProblemsError } from "../../src/problem";
import { UsageError } from "../output/usageError";
import { ownerOf, settingsText, type Draft, type QuestionName } from "./draft";
import { answered, type AskOptions } from "./ask";
import { checkClaims, checkPrefix } from "./furtherChecks";
import { QUESTIONS, type Question } from "./questions";
import type { InitRecord } from "./record";
import type { Answers, StackValues } from "./values";

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

/** Those that the settings answer once they are written, by the settings' own names. */
const SETTINGS = ["account", "region", "repositories", "customers", "name-prefix"] as const;

function isOf(...abouts: Question["about"][]): (question: Question) => boolean {
  return ({ about }) => abouts.includes(about);
}

/** Answers and settings of a first `init`. @throws ProblemsError @throws UsageError */
export async function firstValues(flags: Draft, options: AskOptions): Promise<StackValues> {
  const further = QUESTIONS.filter(isOf("further stack")).find(
    ({ name }) => flags[name] !== undefined,
  );
  if (further !== undefined) {
    throw new UsageError(
      `--${further.name} is only for a stack that is added to a repository`,
      "Run `ecr-customers init` without it first.",
    );
  }
  const draft = await answered(QUESTIONS.filter(isOf("repository", "stack")), flags, options);
  return { answers: toAnswers(draft), config: newConfig(draft) };
}

/**
 * Answers and settings of a stack that is added. If its settings file is there, it is read.
 *
 * @param flags - with the stack's name.
 * @param options - with the stacks that there are, of which the first gives what all have in common.
 * @throws UsageError, ProblemsError
 */
export async function furtherValues(
  directory: string,
  flags: Draft & { stack: string },
  options: AskOptions,
): Promise<StackValues> {
  const [first] = options.stacks;
  const shared = first === undefined ? {} : sharedFlags(toDraft(first.answers));
  const ofStack = QUESTIONS.filter(isOf("stack", "further stack"));
  if (!existsSync(settingsPath(directory, flags.stack))) {
    const draft = await answered(ofStack, { ...shared, ...flags }, options);
    return { answers: toAnswers(draft), config: newConfig(draft) };
  }
  refuseSettings(flags, flags.stack);
  const config = readConfig(directory, flags.stack);
  checkClaims(config, options.stacks);
  checkPrefix(config.namePrefix, { stack: flags.stack, account: config.account }, options.stacks);
  const others = ofStack.filter(({ name }) => !isSetting(name));
  const { account, region } = config;
  const draft = await answered(others, { ...shared, ...flags, account, region }, options);
  return { answers: toAnswers(draft), config };
}

/**
 * Answers and settings of the stacks of a vendor's repository: the settings are read, the answers are those recorded,
 * with what the flags change. A further stack whose settings file was deleted is left out.
 *
 * @returns the first stack, then the others.
 * @throws UsageError when a flag is about a setting, is wrong, or leaves open which stack it is about.
 * @throws ProblemsError when the settings have problems.
 */
export function recordedValues(
  directory: string,
  record: Pick<InitRecord, "answers" | "further">,
  flags: Draft,
): [StackValues, ...StackValues[]] {
  const [, ...names] = recordedStacks(directory, record);
  const further = (record.further ?? [])
    .filter(({ stack }) => names.includes(stack))
    .map((own): Answers => ({ ...record.answers, ...own }));
  // First: `--stack` would be no help.
  refuseSettings(flags, flags.stack ?? (names.length === 0 ? record.answers.stack : "<stack>"));
  const ofOneStack = QUESTIONS.filter(isOf("stack")).find(
    ({ name }) => name !== "stack" && flags[name] !== undefined,
  );
  if (flags.stack === undefined && further.length > 0 && ofOneStack !== undefined) {
    throw new UsageError(
      `--${ofOneStack.name} is about one stack, and there are ${further.length + 1}`,
      "Choose one with `--stack`.",
    );
  }
  const changed = (recorded: Answers): StackValues => {
    const config = readConfig(directory, recorded.stack);
    const isMeant = (flags.stack ?? recorded.stack) === recorded.stack;
    const own = QUESTIONS.filter(isMeant ? isOf("repository", "stack") : isOf("repository"));
    const { account, region } = config;
    const draft: Draft = { ...toDraft(recorded), account, region };
    for (const { name } of own) if (flags[name] !== undefined) draft[name] = flags[name];
    for (const question of own) {
      const flag = flags[question.name];
      if (flag !== undefined) question.check(flag, draft, []);
    }
    return { answers: toAnswers(draft), config };
  };
  return [changed(record.answers), ...further.map(changed)];
}

/** Names of the stacks that a record has, without a further one whose settings file was deleted. */
export function recordedStacks(
  directory: string,
  { answers, further = [] }: Pick<InitRecord, "answers" | "further">,
): string[] {
  const names = further.map(({ stack }) => stack);
  return [answers.stack, ...names.filter((name) => existsSync(settingsPath(directory, name)))];
}

/** The flags about what all stacks have in common. */
export function sharedFlags(flags: Draft): Draft {
  const shared: Draft = {};
  for (const { name } of QUESTIONS.filter(isOf("repository"))) {
    if (flags[name] !== undefined) shared[name] = flags[name];
  }
  return shared;
}

function settingsPath(directory: string, stack: string): string {
  return join(directory, `Pulumi.${stack}.yaml`);
}

function isSetting(name: QuestionName): boolean {
  return (SETTINGS as readonly QuestionName[]).includes(name);
}

/** @throws UsageError when a flag is about what a settings file says already. */
function refuseSettings(flags: Draft, stack: string): void {
  const settings = SETTINGS.find((name) => flags[name] !== undefined);
  if (settings === undefined) return;
  throw new UsageError(
    `--${settings} is only for a stack that has no settings file yet`,
    `Pulumi.${stack}.yaml is there: edit it, then run \`ecr-customers init\`.`,
  );
}

function readConfig(directory: string, stack: string): StackConfig {
  const { config, problems } = loadStackConfig(directory, stack);
  if (config === undefined) throw new ProblemsError(problems);
  return config;
}

function newConfig(draft: Draft): StackConfig {
  const { stack = "" } = draft;
  const { config, problems } = parseStackConfig(settingsText(draft), `Pulumi.${stack}.yaml`, stack);
  if (config === undefined) throw new ProblemsError(problems);
  return config;
}

/** @param draft - with everything that answers are made of. */
function toAnswers(draft: Draft): Answers {
  const { stack, github = "" } = draft;
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
