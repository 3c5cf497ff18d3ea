/**
 * Proves how problems are ordered, counted and worded, as every other test compares their text.
 */
import { expect } from "chai";
import { formatProblem, formatProblems, ProblemsError, sortProblems } from "../src/problem";
import type { Problem } from "../src/problem";

const ACME: Problem = {
  file: "customers/acme.yaml",
  line: 4,
  column: 13,
  path: "awsAccount",
  message: "expected 12 digits in quotes, got nothing",
  fix: 'Write "012345678901".',
  check: "aws-account",
};

describe("a problem", () => {
  it("is one line with its place, its words and its check", () => {
    expect(formatProblem(ACME)).to.equal(
      'customers/acme.yaml:4:13  awsAccount: expected 12 digits in quotes, got nothing. Write "012345678901". [aws-account]',
    );
  });

  it("of a whole file names no key", () => {
    expect(formatProblem({ ...ACME, path: "" })).to.contain("acme.yaml:4:13  expected 12 digits");
  });

  it("are sorted by file, line, column, path and check, by code unit and not by locale", () => {
    const inOrder = [
      { ...ACME, file: "customers/B.yaml" },
      ACME,
      { ...ACME, column: 20 },
      { ...ACME, line: 10, column: 1, check: "a" },
      { ...ACME, line: 10, column: 1, check: "b" },
      { ...ACME, line: 10, column: 1, path: "b", check: "a" },
      { ...ACME, file: "customers/ä.yaml" },
    ];
    expect(sortProblems([...inOrder].reverse())).to.deep.equal(inOrder);
  });

  it("is counted with its files", () => {
    const lines = (problems: Problem[]) => formatProblems(problems).split("\n");
    expect(lines([ACME]).at(-1)).to.equal("1 problem in 1 file");
    const three = [ACME, { ...ACME, line: 5 }, { ...ACME, file: "customers/b.yaml" }];
    expect(lines(three)).to.have.length(4);
    expect(lines(three).at(-1)).to.equal("3 problems in 2 files");
  });

  it("is kept by the error that ends a run", () => {
    const error = new ProblemsError([{ ...ACME, line: 9 }, ACME]);
    expect(error.problems.map(({ line }) => line)).to.deep.equal([4, 9]);
    expect(error.message).to.contain("2 problems in 1 file");
  });
});
