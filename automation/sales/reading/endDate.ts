// End dates of exports → days. A format is declared or it is ISO: 04/05/2027 is never guessed.
import { isCalendarDay } from "../../../src/customers/isoDate";
import type { IsoDate } from "../../../src/customers/model";

/** How a mapping says that dates are written. */
export interface DateRules {
  /** E.g. `DD.MM.YYYY`; only ISO dates are read without it. */
  format?: string;
  /** Of times that name none. */
  timeZone: string;
  /** Days of access behind the end date. */
  graceDays: number;
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const FORMAT =
  /^(YYYY|YY|MMMM|MMM|MM|M|DD|D)([./-]| |, )(YYYY|YY|MMMM|MMM|MM|M|DD|D)([./-]| |, )(YYYY|YY|MMMM|MMM|MM|M|DD|D)$/;
const ISO = "YYYY-MM-DD";

/**
 * A time behind a day, as exports write it: `T03:23:15.000Z`, ` 14:27`, `, 9:05 AM`, ` 09:24
 * +02:00`.
 */
const TIME =
  /^(?:[T, ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:\s*([AP])\.?M\.?)?\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2}))?)?$/i;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Year, month and day, each once. */
export function isDateFormat(format: string): boolean {
  const parts = FORMAT.exec(format);
  return parts !== null && new Set([parts[1]?.[0], parts[3]?.[0], parts[5]?.[0]]).size === 3;
}

/** A zone that this machine knows (IANA time zone database). */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads end dates by the rules of a mapping, each distinct text once.
 *
 * The day is the later one of the day as written and the day that it is in UTC then, so that no
 * reading of a date ends an access earlier than the sales system says.
 */
export class EndDates {
  readonly #known = new Map<string, IsoDate | undefined>();
  readonly #rules: DateRules;

  constructor(rules: DateRules) {
    this.#rules = rules;
  }

  /**
   * @returns the last day with access; undefined when the text is no date in the declared format.
   */
  day(text: string): IsoDate | undefined {
    if (!this.#known.has(text)) this.#known.set(text, this.#read(text));
    return this.#known.get(text);
  }

  #read(text: string): IsoDate | undefined {
    const { format, timeZone, graceDays } = this.#rules;
    const found = written(text, ISO) ?? (format === undefined ? undefined : written(text, format));
    if (found === undefined) return undefined;
    const { day, time, offset } = found;
    const local = Date.parse(`${day}T00:00:00Z`) + (time ?? 0);
    const instant = offset !== undefined ? local - offset : local - zoneOffset(local, timeZone);
    const inUtc = time === undefined ? day : dayOf(instant);
    return dayOf(Date.parse(inUtc > day ? inUtc : day) + graceDays * DAY);
  }
}

interface Written {
  day: IsoDate;
  /** Milliseconds since midnight. */
  time?: number;
  /** Milliseconds before UTC, where the text says so. */
  offset?: number;
}

function written(text: string, format: string): Written | undefined {
  const parts = FORMAT.exec(format);
  if (parts === null) return undefined;
  const tokens = [parts[1], parts[3], parts[5]].map((token) => token ?? "");
  const [first, second] = [parts[2] ?? "", parts[4] ?? ""].map((one) => `\\${one.trim() || " "} ?`);
  const [a, b, c] = tokens.map((token) => `(${pattern(token)})`);
  const match = new RegExp(`^${a}${first}${b}${second}${c}`).exec(text);
  const time = match === null ? null : TIME.exec(text.slice(match[0].length));
  if (match === null || time === null) return undefined;
  const value = (letter: string) =>
    match[tokens.findIndex((token) => token[0] === letter) + 1] ?? "";
  const month = /^\d/.test(value("M")) ? Number(value("M")) : monthNumber(value("M"));
  const year = value("Y").length === 2 ? `20${value("Y")}` : value("Y");
  const day = [year, String(month).padStart(2, "0"), value("D").padStart(2, "0")].join("-");
  const clock = clockOf(time);
  if (!isCalendarDay(day) || clock === "impossible") return undefined;
  return { day, ...clock };
}

function pattern(token: string): string {
  if (token.startsWith("Y")) return `\\d{${token.length}}`;
  return token.length > 2 ? "[A-Za-z]{3,9}\\.?" : "\\d{1,2}";
}

/** 0, which no calendar has, for a word that is no English month. */
function monthNumber(word: string): number {
  return MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;
}

function clockOf(match: RegExpExecArray): Omit<Written, "day"> | "impossible" {
  const [, hours, minutes = "", seconds = "0", half, utc, sign, offsetHours, offsetMinutes] = match;
  if (hours === undefined) return {};
  const hour =
    half === undefined ? Number(hours) : (Number(hours) % 12) + (/p/i.test(half) ? 12 : 0);
  const tooLate = hour > 23 || Number(minutes) > 59 || Number(seconds) > 59;
  if (tooLate || (half !== undefined && (Number(hours) < 1 || Number(hours) > 12)))
    return "impossible";
  const time = ((hour * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  if (utc !== undefined) return { time, offset: 0 };
  if (sign === undefined) return { time };
  const size = (Number(offsetHours) * 60 + Number(offsetMinutes)) * MINUTE;
  return { time, offset: sign === "-" ? -size : size };
}

/**
 * How far a zone's clocks are ahead of UTC when they show `local` (taken for UTC), in milliseconds.
 */
function zoneOffset(local: number, timeZone: string): number {
  if (timeZone === "UTC") return 0;
  const guess = shownIn(local, timeZone) - local;
  return shownIn(local - guess, timeZone) - (local - guess);
}

/** Making one takes a hundred times as long as using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const numeric = "numeric" as const;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    ...{ year: numeric, month: numeric, day: numeric },
    ...{ hour: numeric, minute: numeric, second: numeric },
  });
  clocks.set(timeZone, made);
  return made;
}

/** What a zone's clocks show at an instant, taken for UTC. */
function shownIn(instant: number, timeZone: string): number {
  const parts = clockIn(timeZone).formatToParts(instant);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const [year, month, day] = [value("year"), value("month"), value("day")];
  return Date.UTC(year, month - 1, day, value("hour"), value("minute"), value("second"));
}

/** Some systems write the last day there is for "never". */
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59Z");

function dayOf(instant: number): IsoDate {
  return new Date(Math.min(instant, LAST_INSTANT)).toISOString().slice(0, ISO.length);
}
