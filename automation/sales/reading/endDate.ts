// End dates of exports → the last days with access.
import type { IsoDate } from "../../../src/customers/model";
import { fold } from "./cellText";
import { ISO, readDate, USUAL_FORMATS, type WrittenDate } from "./dateFormat";
import { dayOfNumber, type FirstYear } from "./numberFormat";
import { instantOf, shownIn } from "./timeZone";

/** How the dates of an export are read. */
export interface DateRules {
  /** E.g. `DD.MM.YYYY`; only ISO dates are read without it. */
  format?: string;
  /** Of times that name none, and of those who count the days; unknown without it. */
  timeZone?: string;
  /** Days of access after the end date. */
  graceDays: number;
  /** No contract ends before or after these days. */
  earliest: IsoDate;
  latest: IsoDate;
  /** The same for a year of two digits. */
  latestShortYear: IsoDate;
  /** Folded texts, or days, that mean that there is no end. */
  noEnd: ReadonlySet<string>;
  /** Numbers are days as Excel counts them. */
  serialNumbers: boolean;
  firstYear: FirstYear;
}

export interface ImplausibleEnd {
  kind: "early" | "late";
  day: IsoDate;
  limit: IsoDate;
}

/** What a cell says about the end of access. */
export type ReadEnd =
  /** The last day with access. */
  | { kind: "day"; day: IsoDate }
  | { kind: "no-end" }
  /** The day as written, on which no contract ends, and the first or last one on which one does. */
  | ImplausibleEnd
  /** A number that would be this day as Excel counts. */
  | { kind: "number"; day: IsoDate }
  | { kind: "unreadable" };

const DAY = 24 * 60 * 60 * 1000;
/** The farthest that a zone's clocks are ahead of UTC (Pacific/Kiritimati). */
const FARTHEST_EAST = 14 * 60 * 60 * 1000;

/** Reads end dates by rules, each distinct text once. */
export class EndDates {
  readonly #known = new Map<string, ReadEnd>();

  constructor(private readonly rules: DateRules) {}

  read(text: string): ReadEnd {
    let known = this.#known.get(text);
    if (known === undefined) {
      known = this.#read(text);
      this.#known.set(text, known);
    }
    return known;
  }

  #read(text: string): ReadEnd {
    const { format, noEnd, serialNumbers } = this.rules;
    if (noEnd.has(fold(text))) return { kind: "no-end" };
    const written =
      readDate(text, ISO) ?? (format === undefined ? undefined : readDate(text, format));
    if (written !== undefined) return this.#plausible(written);
    const number = this.#dayOfNumber(text);
    if (number === undefined) return { kind: "unreadable" };
    const plausible = this.#plausible(number);
    if (serialNumbers) return plausible;
    return plausible.kind === "day" ? { kind: "number", day: number.day } : { kind: "unreadable" };
  }

  #plausible(written: WrittenDate): ReadEnd {
    const { noEnd, earliest, latest, latestShortYear } = this.rules;
    const { day, hasShortYear } = written;
    if (noEnd.has(day)) return { kind: "no-end" };
    if (day < earliest) return { kind: "early", day, limit: earliest };
    const limit = hasShortYear === true ? latestShortYear : latest;
    if (day > limit) return { kind: "late", day, limit };
    return { kind: "day", day: this.#lastDay(written) };
  }

  #dayOfNumber(text: string): WrittenDate | undefined {
    if (!/^\d{1,7}(?:\.\d+)?$/.test(text)) return undefined;
    const day = dayOfNumber(Number(text), this.rules.firstYear);
    return day === undefined ? undefined : readDate(day, ISO);
  }

  /**
   * The latest of the days that the date can mean, so that no reading of it ends an access early:
   * the day as written, the day in UTC, by which AWS counts, and for an instant the day that the
   * sales system's clocks showed, in a zone that is not known the farthest east.
   */
  #lastDay({ day, time, offset }: WrittenDate): IsoDate {
    const { timeZone, graceDays } = this.rules;
    const days = [day];
    if (time !== undefined) {
      const local = Date.parse(`${day}T00:00:00Z`) + time;
      const instant = offset === undefined ? instantOf(local, timeZone ?? "UTC") : local - offset;
      days.push(dayOf(instant));
      if (offset !== undefined) {
        days.push(
          dayOf(timeZone === undefined ? instant + FARTHEST_EAST : shownIn(instant, timeZone)),
        );
      }
    }
    const last = days.reduce((a, b) => (a > b ? a : b));
    return dayOf(Date.parse(last) + graceDays * DAY);
  }
}

/** Of texts that no ISO dates are, those that every usual format which reads them makes an implausible day. */
export function implausibleEnds(
  texts: readonly string[],
  rules: DateRules,
): Map<string, ImplausibleEnd> {
  const readers = USUAL_FORMATS.map((format) => new EndDates({ ...rules, format }));
  const found = new Map<string, ImplausibleEnd>();
  for (const text of texts) {
    const [year] = /\d{4}/.exec(text) ?? [];
    if (year !== undefined && year >= rules.earliest.slice(0, 4) && year <= rules.latest) continue;
    const ends = readers.map((reader) => reader.read(text));
    const read = ends.filter(({ kind }) => kind !== "unreadable");
    const implausible = read.filter(
      (end): end is ImplausibleEnd => end.kind === "early" || end.kind === "late",
    );
    const [first] = implausible;
    if (first !== undefined && implausible.length === read.length) found.set(text, first);
  }
  return found;
}

/** A policy's date has a year of four digits. */
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59Z");

function dayOf(instant: number): IsoDate {
  return new Date(Math.min(instant, LAST_INSTANT)).toISOString().slice(0, ISO.length);
}

/** At least one. */
export function earliestOf(days: readonly IsoDate[]): IsoDate {
  return days.reduce((a, b) => (a < b ? a : b));
}

/** At least one. */
export function latestOf(days: readonly IsoDate[]): IsoDate {
  return days.reduce((a, b) => (a > b ? a : b));
}
