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
  terminal.tell(formatProblems(problems), "bad");
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

/** Each problem once, however many stacks share the file. */
export function distinctProblems(problems: readonly Problem[]): Problem[] {
  const byText = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return sortProblems([...byText.values()]);
}
