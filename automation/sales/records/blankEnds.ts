// Blank end dates of customers with access. A cell that a program left empty looks like one of a
// contract without an end.
import { counted } from "../../../src/counted";
import type { MappingFile } from "../mapping/definition";
import type { Mapping } from "../mapping/mapping";
import { propose, yamlLine, type Proposal } from "../reading/proposals";
import type { TableRow } from "../reading/table";
import type { Cells } from "./cells";
import type { RowProblems } from "./rowProblems";

/** Share of blank cells up to which a column counts as filled otherwise. */
const FEW_PERCENT = 10;

/** The mapping's `dates` as one line, with a part changed. */
export function datesLine(
  { written }: Mapping,
  change: Partial<NonNullable<MappingFile["dates"]>>,
): string {
  return yamlLine("dates", { ...written.dates, ...change });
}

/** Decides whether a blank end date is a problem, and reports it once for all rows. */
export class BlankEnds {
  readonly #rows: number;
  readonly #blank: number;
  /** Nearly all other cells are filled, and the mapping does not say that this is right. */
  readonly #isException: boolean;

  /** @param giving - all rows that give access. */
  constructor(
    giving: readonly TableRow[],
    private readonly mapping: Mapping,
    private readonly cells: Cells,
    private readonly problems: RowProblems,
  ) {
    this.#rows = giving.length;
    this.#blank = giving.filter((row) => cells.of(row, "expires") === "").length;
    this.#isException = !mapping.dates.fewBlanks && isException(this.#blank, this.#rows);
  }

  /**
   * @param row - one that gives access and has a blank end date.
   * @returns whether that is a problem: the mapping does not say what it means, or the cell is an exception.
   */
  isProblem(row: TableRow): boolean {
    const meaning = this.mapping.dates.blank;
    if (meaning === undefined) this.#undecided(row);
    // With `keep`, no end depends on the cell.
    else if (this.#isException && meaning !== "keep") this.#exception(row, meaning);
    else return false;
    return true;
  }

  #undecided(row: TableRow): void {
    const accepted = this.#isException ? ({ fewBlanks: "accept" } as const) : {};
    const line = (blank: "none" | "suspend") => datesLine(this.mapping, { blank, ...accepted });
    this.#report(row, "record-end-blank", "an end date for a customer with access", [
      { line: line("none"), when: "if a blank cell means that there is no end" },
      this.#keep(),
      { line: line("suspend"), when: "if it means no access" },
    ]);
  }

  #exception(row: TableRow, meaning: "none" | "suspend"): void {
    const filled = counted(this.#rows - this.#blank, "row");
    const when = `if the cell is blank because there is no ${meaning === "none" ? "end" : "access"}`;
    this.#report(
      row,
      "record-end-exception",
      `an end date, as in ${filled} of ${this.#rows} with access`,
      [{ line: datesLine(this.mapping, { fewBlanks: "accept" }), when }, this.#keep()],
      " If it was left empty by mistake, write the end date in the sales system, and export again.",
    );
  }

  #keep(): Proposal {
    const line = datesLine(this.mapping, { blank: "keep" });
    return { line, when: "if the end in the customer's file stays" };
  }

  #report(
    row: TableRow,
    check: string,
    expected: string,
    lines: readonly Proposal[],
    otherwise = "",
  ): void {
    const fix = () => `${propose(lines, this.mapping.file)}${otherwise}`;
    this.problems.value(row, this.cells.place("expires"), check, "", {
      expected,
      found: "a blank cell",
      fix,
    });
  }
}

/** Up to 10 %, and always a single one among at least two that are filled. */
function isException(blank: number, rows: number): boolean {
  if (blank === 0 || rows < 3) return false;
  return blank === 1 || blank * 100 <= rows * FEW_PERCENT;
}
