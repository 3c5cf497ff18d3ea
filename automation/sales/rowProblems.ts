// Problems of an export's rows: many rows often share one mistake, and a list of thousands is read
// by nobody.
import { counted } from "../../src/counted";
import { quoted } from "../../src/printable";
import { problemIn, type Problem, sortProblems } from "../../src/problem";
import { type Table, type TableRow } from "./reading/table";

/** Rows that are listed for each check, and values for each column. */
const LISTED = 20;

/** Collects what is wrong with rows, each with its line and its cell's place. */
export class RowProblems {
  readonly #problems: Problem[] = [];
  readonly #more = new Map<string, number>();
  readonly #values = new Map<string, { problem: Problem; rows: number }>();

  constructor(
    private readonly file: string,
    private readonly table: Table,
  ) {}

  /** @param wanted - the column's place among the wanted ones; undefined for the row as a whole. */
  row(
    row: TableRow,
    wanted: number | undefined,
    check: string,
    message: string,
    fix: string,
  ): void {
    const listed = this.#problems.filter((one) => one.check === check).length;
    if (listed >= LISTED) this.#more.set(check, (this.#more.get(check) ?? 0) + 1);
    else this.#problems.push(this.#problem(row, wanted, check, message, fix));
  }

  /** A value that the mapping does not know: told once, with the number of its rows. */
  value(
    row: TableRow,
    wanted: number,
    check: string,
    value: string,
    words: { expected: string; fix: (value: string) => string },
  ): void {
    const key = `${check} ${value}`;
    const known = this.#values.get(key);
    if (known !== undefined) {
      known.rows++;
      return;
    }
    const found = value === "" ? "a blank cell" : quoted(value);
    const message = `expected ${words.expected}, got ${found}`;
    const problem = this.#problem(row, wanted, check, message, words.fix(value));
    this.#values.set(key, { problem, rows: 1 });
  }

  /** All of them, in the file's order, and how many more there are. */
  all(): Problem[] {
    const values = [...this.#values.values()].map(({ problem, rows }) => ({
      ...problem,
      message: `${problem.message} in ${counted(rows, "row")}`,
    }));
    const more = [...this.#more].map(([check, count]) => {
      const message = `the same check finds ${count} more rows than the ${LISTED} that are listed`;
      return problemIn(this.file, check, message, "Correct these, and look again.");
    });
    return [...sortProblems([...this.#problems, ...values]), ...more];
  }

  #problem(
    row: TableRow,
    wanted: number | undefined,
    check: string,
    message: string,
    fix: string,
  ): Problem {
    const column = wanted === undefined ? undefined : this.table.columns[wanted];
    const place = { line: row.line, column: column?.column ?? 1 };
    const problem = problemIn(this.file, check, message, fix, place);
    return { ...problem, path: column === undefined ? "" : quoted(column.header).slice(1, -1) };
  }
}
