// Problems of an export's rows: many rows often share one mistake, and no one reads a list of
// thousands.
import { type Problem, problemIn, sortProblems } from "../../../src/problem";
import { quoted } from "../../../src/printable";
import { counted, digits } from "../../../src/counted";
import { cellName, type Table, type TableRow } from "../reading/table";

/** Rows that are listed for each check. */
const LISTED = 20;
/** Values that are listed for each check: all of them go into the mapping at once. */
const VALUES_LISTED = 500;

/** Collects what is wrong with rows, each with its line and its cell's place. */
export class RowProblems {
  readonly #problems: Problem[] = [];
  readonly #listed = new Map<string, number>();
  readonly #more = new Map<string, number>();
  readonly #values = new Map<string, ValueProblem>();

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
    if (this.#isListed(check, LISTED)) {
      this.#problems.push(this.#problem(row, wanted, check, message, fix));
    }
  }

  /**
   * A value that is wrong in every row with it: one problem with the number of these rows.
   *
   * @param words - `found`: what is said about the value; the value itself without it.
   */
  value(
    row: TableRow,
    wanted: number,
    check: string,
    value: string,
    words: { expected: string; found?: string; fix: () => string },
  ): void {
    const key = `${check} ${value}`;
    const known = this.#values.get(key);
    if (known !== undefined) {
      known.rows++;
      return;
    }
    if (!this.#isListed(check, VALUES_LISTED)) return;
    const found = words.found ?? (value === "" ? "a blank cell" : quoted(value));
    const message = `expected ${words.expected}, got ${found}`;
    this.#values.set(key, { row, wanted, check, message, fix: words.fix, rows: 1 });
  }

  /** All of them, in the file's order, and how many more there are. */
  all(): Problem[] {
    // What a problem proposes may depend on all values of the file.
    const values = [...this.#values.values()].map(({ row, wanted, check, message, fix, rows }) =>
      this.#problem(row, wanted, check, `${message} in ${counted(rows, "row")}`, fix()),
    );
    const more = [...this.#more].map(([check, count]) => {
      const message = `the same check finds ${digits(count)} more than the ones that are listed`;
      return problemIn(this.file, check, message, "Correct these, and import again.");
    });
    return [...sortProblems([...this.#problems, ...values]), ...more];
  }

  #isListed(check: string, most: number): boolean {
    const count = (this.#listed.get(check) ?? 0) + 1;
    this.#listed.set(check, count);
    if (count > most) this.#more.set(check, count - most);
    return count <= most;
  }

  /** Where it is: the line for an editor, and the cell or row that a spreadsheet shows. */
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
    if (column === undefined) return { ...problem, path: `row ${row.row}` };
    const header = quoted(column.header).slice(1, -1);
    return { ...problem, path: `${header} (${cellName(column.column, row.row)})` };
  }
}

interface ValueProblem {
  row: TableRow;
  wanted: number;
  check: string;
  message: string;
  fix: () => string;
  rows: number;
}
