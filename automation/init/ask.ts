import type { Terminal } from "../output/terminal";
import { UsageError } from "../output/usageError";
import type { Draft, QuestionName } from "./draft";
import type { Known, Question } from "./questions";

/** Wrong answers to one question, after which asking ends. */
const MAX_ATTEMPTS = 5;

export interface AskOptions extends Known {
  terminal: Terminal;
  /** Take defaults instead of asking. */
  yes: boolean;
}

/**
 * Answers questions: each by its flag, by its default with `--yes`, else by the operator.
 *
 * @param flags - answers that were given on the command line, or are known.
 * @returns them, and what the questions add.
 * @throws UsageError when an answer is wrong, or is missing and no one can be asked.
 */
export async function answered(
  questions: readonly Question[],
  flags: Draft,
  options: AskOptions,
): Promise<Draft> {
  const { terminal, stacks } = options;
  const canAsk = terminal.interactive && !options.yes;
  const asked = new Set(questions.map(({ name }) => name));
  // What is not asked is known, and defaults are made of it.
  const draft: Draft = Object.fromEntries(
    Object.entries(flags).filter(([name]) => !asked.has(name as QuestionName)),
  );
  const missing: string[] = [];
  for (const question of questions) {
    const { name } = question;
    const given = flags[name];
    if (given !== undefined) {
      question.check(given, draft, stacks);
      draft[name] = given;
      continue;
    }
    const byDefault = question.byDefault(draft, options);
    if (canAsk) draft[name] = await ask(question, draft, byDefault, options);
    else if (byDefault === undefined) missing.push(`--${name}`);
    else {
      // A default is made of earlier answers: without them it would be blamed for what they lack.
      if (missing.length === 0) question.check(byDefault, draft, stacks);
      draft[name] = byDefault;
    }
  }
  if (missing.length === 0) return draft;
  throw new UsageError(
    `not answered: ${missing.join(", ")}`,
    "Give these options, or run `ecr-customers init` on a terminal without `--yes`: it asks.",
  );
}

async function ask(
  question: Question,
  draft: Draft,
  byDefault: string | undefined,
  { terminal, stacks }: AskOptions,
): Promise<string> {
  const shown = byDefault === undefined || byDefault === "" ? "" : ` [${byDefault}]`;
  const text = question.text.charAt(0).toUpperCase() + question.text.slice(1);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const typed = (await terminal.ask(`${text}${shown}:`)).trim();
    const answer = typed === "" ? (byDefault ?? "") : typed;
    try {
      question.check(answer, draft, stacks);
      return answer;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      terminal.report(`${error.message}. ${error.advice}`, "bad");
    }
  }
  throw new UsageError(
    `--${question.name} was not answered`,
    "Nothing was written. Run `ecr-customers init` again.",
  );
}
