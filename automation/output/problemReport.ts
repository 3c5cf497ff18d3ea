import { printable } from "../../src/printable";
import { formatProblems, sortProblems, type Problem } from "../../src/problem";
import type { Terminal } from "./terminal";

/**
 * Reports all problems; in GitHub Actions also as annotations on the lines.
 *
 * @param environment - `GITHUB_ACTIONS` is `true` on GitHub's runners (GitHub docs, "Variables").
 */
export function tellProblems(
  problems: readonly Problem[],
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  terminal.report(formatProblems(problems), "bad");
  if (environment["GITHUB_ACTIONS"] !== "true") return;
  for (const problem of sortProblems(problems)) terminal.annotate(annotation(problem));
}

/** `::error file=…,line=…,col=…,title=…::…` (GitHub docs, "Workflow commands", escaped as @actions/core does). */
export function annotation(problem: Problem): string {
  const { file, line, column, path, message, fix, check } = problem;
  const subject = path === "" ? "" : `${path}: `;
  const properties = { file, line: String(line), col: String(column), title: check };
  const list = Object.entries(properties).map(([key, value]) => `${key}=${property(value)}`);
  return `::error ${list.join(",")}::${data(`${subject}${message}. ${fix}`)}`;
}

function data(text: string): string {
  return printable(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** A stack that was checked, and what is wrong with its settings and customer files. */
export interface StackProblems {
  stack: string;
  problems: readonly Problem[];
}

/** A problem, and the stacks for which it is one. */
interface SharedProblem {
  problem: Problem;
  stacks: string[];
}

/**
 * Reports the problems of one or several stacks: each once, in file and line order. With several stacks,
 * each line ends with those that it concerns, and the summary counts for each.
 */
export function tellProblemsOf(
  checked: readonly StackProblems[],
  terminal: Terminal,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const shared = sharedProblems(checked);
  const [only, ...others] = checked;
  if (only !== undefined && others.length === 0) {
    tellProblems(only.problems, terminal, environment);
    return;
  }
  const counts = checked.map(
    ({ stack }) => `${shared.filter(({ stacks }) => stacks.includes(stack)).length} in ${stack}`,
  );
  const lines = formatProblems(shared.map(({ problem }) => problem)).split("\n");
  const named = lines.map((line, at) => {
    const stacks = shared[at]?.stacks.join(", ");
    return stacks === undefined ? `${line}: ${counts.join(", ")}` : `${line} (${stacks})`;
  });
  terminal.report(named.join("\n"), "bad");
  if (environment["GITHUB_ACTIONS"] !== "true") return;
  for (const { problem, stacks } of shared) {
    terminal.annotate(annotation({ ...problem, fix: `${problem.fix} (${stacks.join(", ")})` }));
  }
}

/** Each problem once, in file and line order, with the stacks that share it. */
export function sharedProblems(checked: readonly StackProblems[]): SharedProblem[] {
  const stacksOf = new Map<string, Set<string>>();
  const byText = new Map<string, Problem>();
  for (const { stack, problems } of checked) {
    for (const problem of problems) {
      const text = JSON.stringify(problem);
      byText.set(text, problem);
      stacksOf.set(text, (stacksOf.get(text) ?? new Set()).add(stack));
    }
  }
  return sortProblems([...byText.values()]).map((problem) => ({
    problem,
    stacks: [...(stacksOf.get(JSON.stringify(problem)) ?? [])],
  }));
}
