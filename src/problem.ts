import { counted } from "./counted";

/**
 * A problem is something wrong in a file that people edit: where it is, what was expected and
 * found, and what to write instead. Parsers and checks return problems; they never throw them.
 */
export interface Problem {
  /** Path as the user knows it, relative to the project, e.g. `customers/acme.yaml`. */
  file: string;
  /** 1-based. 1:1 when the problem is about the file as a whole. */
  line: number;
  column: number;
  /** Path inside the document, e.g. `repositories[1]`; empty for the whole file. */
  path: string;
  /** What was expected and what was found, without a final full stop. */
  message: string;
  /** What to write or do instead, one sentence with a full stop. */
  fix: string;
  /** Name of the check that found it, e.g. `aws-account`. */
  check: string;
}

/** Where in a file a problem is; `path` as in Problem. */
export interface Place {
  line: number;
  column: number;
  path?: string;
}

const WHOLE_FILE: Place = { line: 1, column: 1 };

/** Makes a problem at a place in a file, or about the file as a whole. */
export function problemIn(
  file: string,
  check: string,
  message: string,
  fix: string,
  { line, column, path = "" }: Place = WHOLE_FILE,
): Problem {
  return { file, line, column, path, message, fix, check };
}

/** Thrown at the edge (program, CLI) when problems stop a run. `problems` holds them all, sorted. */
export class ProblemsError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = sortProblems(problems);
    super(formatProblems(sorted));
    this.name = "ProblemsError";
    this.problems = sorted;
  }
}

/** Sorts by file, line, column, then check, in code-unit order, so that output never depends on the locale. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...problems].sort(
    (a, b) =>
      order(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      order(a.path, b.path) ||
      order(a.check, b.check),
  );
}

/** One line: `customers/acme.yaml:4:13  awsAccount: expected …, got …. Write "…". [aws-account]`. */
export function formatProblem(problem: Problem): string {
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  const subject = problem.path === "" ? "" : `${problem.path}: `;
  return `${where}  ${subject}${problem.message}. ${problem.fix} [${problem.check}]`;
}

/** All problems, a line each in file and line order, then the count: `5 problems in 3 files`. */
export function formatProblems(problems: readonly Problem[]): string {
  const files = new Set(problems.map((problem) => problem.file)).size;
  const count = `${counted(problems.length, "problem")} in ${counted(files, "file")}`;
  return [...sortProblems(problems).map(formatProblem), count].join("\n");
}
