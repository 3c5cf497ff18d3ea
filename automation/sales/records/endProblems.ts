// What is said about end dates that mean two things or nothing: the cell, what it may mean, and the
// line for the mapping that decides it.
import { EARLIEST_END } from "../../../src/customers/checks";
import type { IsoDate } from "../../../src/customers/model";
import { quoted } from "../../../src/printable";
import type { MappingFile } from "../mapping/definition";
import type { Mapping } from "../mapping/mapping";
import { ISO } from "../reading/dateFormat";
import {
  exchanged,
  readingWords,
  twoReadings,
  type AllowedFormats,
  type RearrangedDay,
  type TwoReadings,
} from "../reading/dayOrder";
import { earliestOf, latestOf, type ImplausibleEnd } from "../reading/endDate";
import { propose, type Proposal } from "../reading/proposals";
import type { TableRow } from "../reading/table";
import { datesLine } from "./blankEnds";
import type { Cells } from "./cells";
import type { RowProblems } from "./rowProblems";

/** What the file's dates allow, and those texts of which only a format can say which day they are. */
export interface FileDates extends AllowedFormats {
  formatted: readonly string[];
}

/** The last day that ISO 8601 can write; a policy cannot name the day after it. */
const LAST_DAY = "9999-12-31";

interface Words {
  expected: string;
  found?: string;
  proposals: () => readonly Proposal[];
  otherwise?: string;
}

/** Reports problems of end dates, each with all rows that share it. */
export class EndProblems {
  /** Texts that seem to mean that there is no end. */
  readonly #noEnds = new Set<string>();
  /** Days that are too early or too late, as they are written. */
  readonly #early: IsoDate[] = [];
  readonly #late: IsoDate[] = [];

  constructor(
    private readonly mapping: Mapping,
    readonly dates: FileDates,
    private readonly cells: Cells,
    private readonly problems: RowProblems,
  ) {}

  /** A day on which no contract ends. */
  implausible(row: TableRow, text: string, read: ImplausibleEnd): void {
    const { limit } = read;
    const isEarly = read.kind === "early";
    const days = isEarly ? this.#early : this.#late;
    this.#noEnds.add(text);
    const shown = text.startsWith(read.day)
      ? `${quoted(text)}, which`
      : `${quoted(text)}, which is ${read.day} and`;
    const real = () => (isEarly ? { earliest: earliestOf(days) } : { latest: latestOf(days) });
    // A customer file takes no such day.
    const isNever = isEarly ? read.day < EARLIEST_END : read.day === LAST_DAY;
    if (!isNever) days.push(read.day);
    const words = this.#words({
      expected: isEarly ? `an end date from ${limit} on` : `an end date up to ${limit}`,
      found: `${shown} may stand for no date,`,
      proposals: () => [
        this.#noEndLine(),
        ...(isNever ? [] : [{ line: this.#line(real()), when: "if it is a real day" }]),
      ],
      ...(isEarly && isNever
        ? { otherwise: "Leave records out of the export whose contract has really ended then." }
        : {}),
    });
    this.problems.value(row, this.cells.place("expires"), `record-end-${read.kind}`, text, words);
  }

  /** A word or a mark. */
  noDate(row: TableRow, text: string): void {
    this.#noEnds.add(text);
    const words = { expected: this.#expected(), proposals: () => [this.#noEndLine()] };
    this.problems.value(row, this.cells.place("expires"), "record-date", text, this.#words(words));
  }

  /** A number that would be a day as Excel counts them. */
  number(row: TableRow, text: string, day: IsoDate): void {
    this.#once(row, "record-date-number", {
      expected: this.#expected(),
      found: `${quoted(text)}, a number that Excel shows as ${day} in a cell with a date format`,
      proposals: () => [{ line: this.#line({ serialNumbers: true }) }],
      otherwise: "Or give the column a date format in Excel, and save it.",
    });
  }

  /** A date in another form than the declared one. */
  unreadable(row: TableRow, text: string): void {
    const { formats, doubt } = this.dates;
    const { format = "DD/MM/YYYY" } = this.mapping.dates;
    const example = doubt ?? this.#example(format === "auto" ? "DD/MM/YYYY" : format);
    const own = example?.cell === text ? [] : [quoted(text)];
    const found = [...own, ...(example === undefined ? [] : [readingWords(example)])];
    this.#once(row, "record-date", {
      expected: this.#expected(),
      found: found.join(" beside "),
      proposals: () => formats.map((one) => this.#formatLine(one)),
      ...(formats.length > 0
        ? {}
        : {
            otherwise: "Export all days in one form, best as YYYY-MM-DD: no format reads them all.",
          }),
    });
  }

  /** Date cells of which a spreadsheet has probably exchanged day and month. */
  rearranged(row: TableRow, { day, original, text, format }: RearrangedDay): void {
    this.#once(row, "record-date-exchanged", {
      expected: "days as the sales system wrote them",
      found: `${quoted(text)} as text beside ${day} as a date, which may have been ${original}: Excel exchanges day and month of dates in the form ${format} where it expects another one, and leaves those as text whose day is over 12,`,
      proposals: () => [],
      otherwise:
        "Import the file as it was exported, or check each date and give the whole column a date format in Excel.",
    });
  }

  /** Dates that allow two orders of day and month. */
  unordered(row: TableRow): void {
    const { doubt, formats } = this.dates;
    if (doubt === undefined) return;
    this.#once(row, "record-date-order", {
      expected: "dates that allow only one order of day and month",
      found: readingWords(doubt),
      proposals: () => formats.map((one) => this.#formatLine(one)),
    });
  }

  /** A date of the file that another order of day and month makes another day. */
  #example(format: string): TwoReadings | undefined {
    const other = exchanged(format);
    if (other === undefined) return undefined;
    for (const text of this.dates.formatted) {
      const readings = twoReadings(text, [format, other]);
      if (readings !== undefined) return readings;
    }
    return undefined;
  }

  #expected(): string {
    const { format } = this.mapping.dates;
    if (format === "auto") return "days in one form for the whole file";
    return format === undefined ? `a day as ${ISO}` : `a day as ${format} or ${ISO}`;
  }

  #noEndLine(): Proposal {
    const written = this.mapping.written.dates?.noEnd ?? [];
    const noEnd = [...new Set([...written, ...this.#noEnds])];
    const when = `if ${this.#noEnds.size === 1 ? "it stands" : "these stand"} for no end date`;
    return { line: this.#line({ noEnd }), when };
  }

  #formatLine(format: string): Proposal {
    const example = this.dates.doubt?.readings.find(([one]) => one === format)?.[1];
    const when = example === undefined ? undefined : `if it is ${example}`;
    return { line: this.#line({ format }), ...(when === undefined ? {} : { when }) };
  }

  /** The mapping's `dates` with a part changed. */
  #line(change: Partial<NonNullable<MappingFile["dates"]>>): string {
    return datesLine(this.mapping, change);
  }

  /** One problem for all rows: they share the line that decides about them. */
  #once(row: TableRow, check: string, words: Words): void {
    this.problems.value(row, this.cells.place("expires"), check, "", this.#words(words));
  }

  #words({ expected, found, proposals, otherwise }: Words) {
    const fix = () => {
      const lines = proposals();
      const line = lines.length === 0 ? [] : [propose(lines, this.mapping.file)];
      return [...line, ...(otherwise === undefined ? [] : [otherwise])].join(" ");
    };
    return { expected, fix, ...(found === undefined ? {} : { found }) };
  }
}
