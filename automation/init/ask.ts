import type { Terminal } from "../output/terminal";
import { UsageError } from "../output/usageError";
import type { Draft } from "./draft";
import { QUESTIONS, type Question } from "./questions";

/** Wrong answers to one question, after which asking ends. */
const MAX_ATTEMPTS = 5;

export interface AskOptions {
  terminal: Terminal;
  environment: Readonly<Record<string, string | undefined>>;
  /** Take defaults instead of asking. */
  yes: boolean;
}

/**
 * Answers every question: by its flag, by its default with `--yes`, else by the operator.
 *
 * @param flags - answers that were given on the command line.
 * @throws UsageError when an answer is wrong, or is missing and no one can be asked.
 */
export async function answered(flags: Draft, options: AskOptions): Promise<Required<Draft>> {
  const canAsk = options.terminal.interactive && !options.yes;
  const draft: Draft = {};
  const missing: string[] = [];
  for (const question of QUESTIONS) {
    const { name } = question;
    const given = flags[name];
    if (given !== undefined) {
      question.check(given, draft);
      draft[name] = given;
      continue;
    }
    const byDefault = question.byDefault(draft, options.environment);
    if (canAsk) draft[name] = await ask(question, draft, byDefault, options.terminal);
    else if (byDefault === undefined) missing.push(`--${name}`);
    else {
      // A default is made of earlier answers: without them it would be blamed for what they lack.
      if (missing.length === 0) question.check(byDefault, draft);
      draft[name] = byDefault;
    }
  }
  if (missing.length === 0) return draft as Required<Draft>;
  throw new UsageError(
    `not answered: ${missing.join(", ")}`,
    "Give these options, or run `ecr-customers init` on a terminal without `--yes`: it asks.",
  );
}

async function ask(
  question: Question,
  draft: Draft,
  byDefault: string | undefined,
  terminal: Terminal,
): Promise<string> {
  const shown = byDefault === undefined || byDefault === "" ? "" : ` [${byDefault}]`;
  const text = question.text.charAt(0).toUpperCase() + question.text.slice(1);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const typed = (await terminal.ask(`${text}${shown}:`)).trim();
    const answer = typed === "" ? (byDefault ?? "") : typed;
    try {
      question.check(answer, draft);
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
