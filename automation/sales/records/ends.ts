// The end dates of an export's rows, read together: the format that all of them allow, and which cells
// mean two things or nothing. What is said about those: endProblems.ts.
import { addMonths } from "../../../src/customers/isoDate";
import type { IsoDate } from "../../../src/customers/model";
import type { Mapping } from "../mapping/mapping";
import { ISO, readDate } from "../reading/dateFormat";
import {
  allowedFormats,
  exchanged,
  readingWords,
  rearrangedDay,
  twoReadings,
  type RearrangedDay,
} from "../reading/dayOrder";
import { EndDates, implausibleEnds, type ImplausibleEnd } from "../reading/endDate";
import type { Table, TableRow } from "../reading/table";
import { BlankEnds } from "./blankEnds";
import type { Cells } from "./cells";
import { EndProblems } from "./endProblems";
import type { RowProblems } from "./rowProblems";

/** What a row says about the end of access. */
export type RowEnd =
  | { ends: "on"; day: IsoDate }
  /** `unsaid`: the file's own end stays. */
  | { ends: "never" | "unsaid" | "suspended" };

/** By the mapping's `dates.blank`. */
const BLANK_END = {
  none: { ends: "never" },
  keep: { ends: "unsaid" },
  suspend: { ends: "suspended" },
} as const;

/** Contracts are not made for longer; a later day stands for none. */
const LATEST_MONTHS = 50 * 12;

/** Programs write 1970-01-01 for no date, and a year of two digits makes 2070 of it. */
const LATEST_SHORT_YEAR_MONTHS = 20 * 12;

/** The rows that are read together. */
export interface EndRows {
  rows: readonly TableRow[];
  /** Those of them that give access. */
  giving: readonly TableRow[];
  table: Table;
  today: IsoDate;
}

/**
 * Reads the ends of rows. All rows are given at the start, because they decide on the format, and whether
 * a blank cell is an exception.
 */
export class Ends {
  readonly #dates: EndDates;
  readonly #problems: EndProblems;
  /** Texts that no format reads as a day on which a contract ends. */
  readonly #implausible: ReadonlyMap<string, ImplausibleEnd>;
  readonly #rearranged: RearrangedDay | undefined;
  /** The format that is declared as such; undefined for `auto`. */
  readonly #declared: string | undefined;
  readonly #blank: BlankEnds;

  constructor(
    { rows, giving, table, today }: EndRows,
    private readonly mapping: Mapping,
    private readonly cells: Cells,
    problems: RowProblems,
  ) {
    const { format, latest, ...dates } = mapping.dates;
    const { firstYear } = table;
    const rules = {
      ...dates,
      latest: latest ?? addMonths(today, LATEST_MONTHS),
      latestShortYear: latest ?? addMonths(today, LATEST_SHORT_YEAR_MONTHS),
      firstYear,
    };
    const texts = new Set(rows.map((row) => cells.of(row, "expires")));
    const plain = new EndDates(rules);
    const unread = [...texts].filter(
      (text) => plain.read(text).kind === "unreadable" && !seemsNoEnd(text),
    );
    this.#implausible = implausibleEnds(unread, rules);
    const formatted = unread.filter((text) => !this.#implausible.has(text));
    const allowed = formatted.length === 0 ? { formats: [] } : allowedFormats(formatted);
    this.#declared = format === "auto" ? undefined : format;
    const used = format === "auto" ? allowed.formats[0] : format;
    this.#dates = new EndDates(used === undefined ? rules : { ...rules, format: used });
    this.#problems = new EndProblems(mapping, { ...allowed, formatted }, cells, problems);
    this.#blank = new BlankEnds(giving, mapping, cells, problems);
    this.#rearranged = table.isWorkbook
      ? rearrangedDay([...texts], formatted, allowed.formats)
      : undefined;
  }

  /** A declared order of day and month that no date of the file proves; for the report. */
  note(): string | undefined {
    const format = this.#declared;
    const { doubt, formats } = this.#problems.dates;
    const other = format === undefined ? undefined : exchanged(format);
    if (format === undefined || other === undefined || doubt === undefined) return undefined;
    const readings = formats.includes(other) ? twoReadings(doubt.cell, [format, other]) : undefined;
    if (readings === undefined) return undefined;
    return `no date of the export proves that it writes ${format}, such as ${readingWords(readings)}`;
  }

  /**
   * @param gives - the row gives access, so that a blank end would say that it never ends.
   * @returns undefined for a problem, which is reported.
   */
  of(row: TableRow, gives: boolean): RowEnd | undefined {
    const { dates, columns } = this.mapping;
    if (columns.expires === undefined) return { ends: "unsaid" };
    const text = this.cells.of(row, "expires");
    if (text === "") {
      if (gives && this.#blank.isProblem(row)) return undefined;
      return dates.blank === undefined ? { ends: "unsaid" } : BLANK_END[dates.blank];
    }
    const read = this.#dates.read(text);
    switch (read.kind) {
      case "day":
        if (this.#rearranged !== undefined) {
          this.#problems.rearranged(row, this.#rearranged);
          return undefined;
        }
        if (!this.#isDoubtful(text)) return { ends: "on", day: read.day };
        this.#problems.unordered(row);
        return undefined;
      case "no-end":
        return { ends: "never" };
      case "number":
        this.#problems.number(row, text, read.day);
        return undefined;
      case "early":
      case "late":
        this.#problems.implausible(row, text, read);
        return undefined;
      case "unreadable": {
        const implausible = this.#implausible.get(text);
        if (implausible !== undefined) this.#problems.implausible(row, text, implausible);
        else if (seemsNoEnd(text) || !seemsDay(text)) this.#problems.noDate(row, text);
        else this.#problems.unreadable(row, text);
        return undefined;
      }
    }
  }

  /** The order of day and month is to be found in the file, and the file allows two. */
  #isDoubtful(text: string): boolean {
    const isFound = this.mapping.dates.format === "auto";
    return isFound && this.#problems.dates.doubt !== undefined && readDate(text, ISO) === undefined;
  }
}

/**
 * Has a year or several numbers, as a day has in any language and script: `31-Dez-27`, `令和9年12月31日`. To
 * propose that it means no end would be to propose access without an end.
 */
function seemsDay(text: string): boolean {
  const isDay = /\p{Nd}{3}|\p{Nd}\P{Nd}+\p{Nd}/u.test(text);
  return isDay || allowedFormats([text]).formats.length > 0;
}

/** Words and marks without a day in them: `N/A`, `-`, `unlimited`, `00.00.0000`. */
function seemsNoEnd(text: string): boolean {
  return !/(?!0)\p{Nd}/u.test(text);
}
