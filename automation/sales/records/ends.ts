// The end dates of an export's rows, read together: the format that all of them allow, and what a
// mapping has to say about those that mean two things or nothing.
import { addMonths } from "../../../src/customers/isoDate";
import type { IsoDate } from "../../../src/customers/model";
import { quoted } from "../../../src/printable";
import type { Mapping } from "../mapping/mapping";
import type { MappingFile } from "../mapping/definition";
import { propose, yamlLine, type Proposal } from "../reading/proposals";
import { ISO, readDate } from "../reading/dateFormat";
import { allowedFormats, exchanged, twoReadings, type TwoReadings } from "../reading/dayOrder";
import { EndDates, type DateRules } from "../reading/endDate";
import { cleanText } from "../reading/cellText";
import type { Table, TableRow } from "../reading/table";
import type { Cells } from "./cells";
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

type WrittenDates = NonNullable<MappingFile["dates"]>;

/** Reads the ends of rows. All rows are given at the start, because they decide on the format. */
export class Ends {
  readonly #dates: EndDates;
  readonly #rules: DateRules;
  readonly #doubt: TwoReadings | undefined;
  readonly #allowed: readonly string[];
  /** Texts of which only a format can say which day they are. */
  readonly #formatted: readonly string[];
  /** Texts that seem to mean that there is no end, as they are written. */
  readonly #noEnds = new Set<string>();
  /** Days that are too early or too late, as they are written. */
  readonly #implausibleDays: IsoDate[] = [];
  readonly #isOrdered: boolean;

  constructor(
    rows: readonly TableRow[],
    private readonly mapping: Mapping,
    table: Table,
    today: IsoDate,
    private readonly cells: Cells,
    private readonly problems: RowProblems,
  ) {
    const { format, latest, ...dates } = mapping.dates;
    const { firstYear } = table;
    const rules = { ...dates, latest: latest ?? addMonths(today, LATEST_MONTHS), firstYear };
    const texts = new Set(
      rows.map((row) => cells.of(row, "expires")).filter((text) => text !== ""),
    );
    const plain = new EndDates({ ...rules, format: undefined });
    const others = [...texts].filter(
      (text) => plain.read(text).kind === "unreadable" && !seemsNoEnd(text),
    );
    const { formats, doubt } = others.length === 0 ? { formats: [] } : allowedFormats(others);
    this.#formatted = others;
    this.#allowed = formats;
    this.#doubt = doubt;
    const isAuto = format === "auto";
    this.#isOrdered = !isAuto || doubt === undefined;
    this.#rules = { ...rules, format: isAuto ? formats[0] : format };
    this.#dates = new EndDates(this.#rules);
  }

  /** A declared order of day and month that no date of the file proves; for the report. */
  note(): string | undefined {
    const { format } = this.mapping.dates;
    const other = format === undefined || format === "auto" ? undefined : exchanged(format);
    if (format === undefined || other === undefined || this.#doubt === undefined) return undefined;
    const doubt = twoReadings(this.#doubt.cell, [format, other]);
    if (doubt === undefined || !this.#allowed.includes(other)) return undefined;
    return `no date of the export proves that ${format} is its order: ${readingWords(doubt)}`;
  }

  /**
   * @param needsEnd - the row gives access, so that a blank end says that it never ends.
   * @returns undefined for a problem, which is reported.
   */
  of(row: TableRow, needsEnd: boolean): RowEnd | undefined {
    const { dates, columns } = this.mapping;
    if (columns.expires === undefined) return { ends: "unsaid" };
    const text = this.cells.of(row, "expires");
    if (text === "") {
      if (dates.blank !== undefined) return BLANK_END[dates.blank];
      if (!needsEnd) return { ends: "unsaid" };
      this.#blank(row);
      return undefined;
    }
    const read = this.#dates.read(text);
    switch (read.kind) {
      case "day":
        if (this.#isOrdered || readDate(text, ISO) !== undefined)
          return { ends: "on", day: read.day };
        this.#unordered(row);
        return undefined;
      case "no-end":
        return { ends: "never" };
      case "number":
        this.#number(row, text, read.day);
        return undefined;
      case "early":
      case "late":
        this.#implausible(row, text, read);
        return undefined;
      case "unreadable":
        if (seemsNoEnd(text)) this.#noDate(row, text);
        else this.#unreadable(row, text);
        return undefined;
    }
  }

  #blank(row: TableRow): void {
    this.#value(row, "record-end-blank", "", {
      expected: "an end date for a customer with access",
      proposals: () => [
        { line: this.#line({ blank: "none" }), when: "if a blank cell means that there is no end" },
        { line: this.#line({ blank: "keep" }), when: "if the end in the customer's file stays" },
        { line: this.#line({ blank: "suspend" }), when: "if it means no access" },
      ],
    });
  }

  #implausible(row: TableRow, text: string, read: { kind: "early" | "late"; day: IsoDate }): void {
    const { earliest, latest } = this.#rules;
    const isEarly = read.kind === "early";
    const expected = isEarly ? `an end date from ${earliest} on` : `an end date up to ${latest}`;
    const shown = text.startsWith(read.day)
      ? quoted(text)
      : `${quoted(text)}, which is ${read.day}`;
    this.#noEnds.add(text);
    this.#implausibleDays.push(read.day);
    this.#value(row, isEarly ? "record-end-early" : "record-end-late", text, {
      expected,
      found: `${shown} and may stand for no date`,
      proposals: () => [
        this.#noEndLine(),
        {
          line: this.#line(
            isEarly ? { earliest: this.#farthest(-1) } : { latest: this.#farthest(1) },
          ),
          when: "if it is a real day",
        },
      ],
    });
  }

  #noDate(row: TableRow, text: string): void {
    this.#noEnds.add(text);
    this.#value(row, "record-date", text, {
      expected: this.#expected(),
      proposals: () => [this.#noEndLine()],
    });
  }

  #number(row: TableRow, text: string, day: IsoDate): void {
    this.#once(row, "record-date-number", {
      expected: this.#expected(),
      found: `${quoted(text)}, a number that Excel shows as ${day} in a cell with a date format`,
      proposals: () => [{ line: this.#line({ serialNumbers: true }) }],
      otherwise: "Give the column a date format before saving, or export as CSV.",
    });
  }

  #unreadable(row: TableRow, text: string): void {
    const { format } = this.mapping.dates;
    const fits = this.#allowed;
    const other = format === undefined ? undefined : exchanged(format);
    const order = other === undefined ? undefined : readDate(text, other);
    const found =
      order === undefined ? undefined : `${quoted(text)}, which is ${order.day} as ${other}`;
    const example = this.#doubt ?? this.#example(format ?? "DD/MM/YYYY");
    this.#once(row, "record-date", {
      expected: this.#expected(),
      found: `${found ?? quoted(text)}${example === undefined ? "" : `; ${readingWords(example)}`}`,
      proposals: () => fits.map((one) => this.#formatLine(one)),
      otherwise:
        fits.length > 0
          ? undefined
          : "Export days in one form, best as YYYY-MM-DD: no format that a mapping can name reads all dates of the file.",
    });
  }

  /** A date of the file that another order of day and month makes another day. */
  #example(format: string): TwoReadings | undefined {
    const other = exchanged(format);
    if (other === undefined) return undefined;
    for (const text of this.#formatted) {
      const readings = twoReadings(text, [format, other]);
      if (readings !== undefined) return readings;
    }
    return undefined;
  }

  /** The first (-1) or the last (1) of the implausible days. */
  #farthest(direction: -1 | 1): IsoDate {
    return this.#implausibleDays.reduce((a, b) => (a < b === direction < 0 ? a : b));
  }

  #unordered(row: TableRow): void {
    const doubt = this.#doubt;
    if (doubt === undefined) return;
    this.#once(row, "record-date-order", {
      expected: "dates that allow one order of day and month alone",
      found: readingWords(doubt),
      proposals: () => this.#allowed.map((one) => this.#formatLine(one)),
    });
  }

  #expected(): string {
    const { format } = this.mapping.dates;
    if (format === "auto") return "a day as YYYY-MM-DD, or days in one usual form";
    return format === undefined ? `a day as ${ISO}` : `a day as ${format} or ${ISO}`;
  }

  #noEndLine(): Proposal {
    const written = this.mapping.written.dates?.noEnd ?? [];
    const noEnd = [...new Set([...written, ...this.#noEnds])];
    const when = `if ${this.#noEnds.size === 1 ? "it stands" : "these stand"} for no end date`;
    return { line: this.#line({ noEnd }), when };
  }

  #formatLine(format: string): Proposal {
    const example = this.#doubt?.readings.find(([one]) => one === format)?.[1];
    const when = example === undefined ? undefined : `if it is ${example}`;
    return { line: this.#line({ format }), ...(when === undefined ? {} : { when }) };
  }

  /** The mapping's `dates` with a part changed. */
  #line(change: Partial<WrittenDates>): string {
    return yamlLine("dates", { ...this.mapping.written.dates, ...change });
  }

  #value(row: TableRow, check: string, text: string, words: Words): void {
    this.problems.value(row, this.cells.place("expires"), check, text, this.#words(words));
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

interface Words {
  expected: string;
  found?: string;
  proposals: () => readonly Proposal[];
  otherwise?: string;
}

/** `"12/6/2026" is 2026-06-12 as DD/MM/YYYY and 2026-12-06 as MM/DD/YYYY`. */
function readingWords({ cell, readings }: TwoReadings): string {
  const words = readings.map(([format, day]) => `${day} as ${format}`);
  return `${quoted(cell)} is ${words.join(" and ")}`;
}

/** Words and marks without a day in them: `N/A`, `-`, `unlimited`, `00.00.0000`. */
function seemsNoEnd(text: string): boolean {
  return !/[1-9]/.test(cleanText(text));
}
