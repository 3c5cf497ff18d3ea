// One text → the day and the time that it names, in a declared format. Nothing is guessed.
import { isCalendarDay } from "../../../src/customers/isoDate";
import type { IsoDate } from "../../../src/customers/model";

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const FORMAT =
  /^(YYYY|YY|MMMM|MMM|MM|M|DD|D)([./-]| |, )(YYYY|YY|MMMM|MMM|MM|M|DD|D)([./-]| |, )(YYYY|YY|MMMM|MMM|MM|M|DD|D)$/;

/** Always understood. */
export const ISO = "YYYY-MM-DD";

/**
 * Formats that systems and spreadsheets write. Where two of them read one text, as 04/05/2027, only
 * other dates of the file or the mapping say which it is.
 */
export const USUAL_FORMATS: readonly string[] = [
  ...["DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "YYYY/MM/DD"],
  ...["DD-MMM-YYYY", "DD MMM YYYY", "MMM DD, YYYY", "DD.MM.YY", "DD/MM/YY", "MM/DD/YY"],
  ...["YY/MM/DD", "DD-MM-YY", "MM-DD-YY", "YY-MM-DD", "DD-MMM-YY", "DD MMM YY", "DD/MMM/YYYY"],
];

/**
 * A time after a day, as exports write it: `T03:23:15.000Z`, ` 14:27`, `, 9:05 AM`, ` 09:24
 * +02:00`.
 */
const TIME =
  /^(?:[T, ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?:\s*([AP])\.?M\.?)?\s*(?:(Z|UTC|GMT)|([+-])(\d{2}):?(\d{2}))?)?$/i;

const MINUTE = 60_000;

/** Year, month and day, each once. */
export function isDateFormat(format: string): boolean {
  const parts = FORMAT.exec(format);
  return parts !== null && new Set([parts[1]?.[0], parts[3]?.[0], parts[5]?.[0]]).size === 3;
}

/** What a text names. */
export interface WrittenDate {
  day: IsoDate;
  /** Milliseconds since midnight. */
  time?: number;
  /** Milliseconds before UTC, where the text says so. */
  offset?: number;
  /** The year has two digits, so that 70 may stand for 1970. */
  hasShortYear?: true;
}

/** @returns undefined when the text is not a date in that format. */
export function readDate(text: string, format: string): WrittenDate | undefined {
  const parts = FORMAT.exec(format);
  if (parts === null) return undefined;
  const tokens = [parts[1], parts[3], parts[5]].map((token) => token ?? "");
  const [first, second] = [parts[2] ?? "", parts[4] ?? ""].map((one) => `\\${one.trim() || " "} ?`);
  // A form with the year first is written by programs: month and day have two digits, and one without is
  // what a cut has left of them.
  const isStrict = tokens[0]?.startsWith("Y") === true;
  const [a, b, c] = tokens.map((token) => `(${pattern(token, isStrict)})`);
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
  return { day, ...clock, ...(value("Y").length === 2 ? { hasShortYear: true } : {}) };
}

function pattern(token: string, isStrict: boolean): string {
  if (token.startsWith("Y")) return `\\d{${token.length}}`;
  if (token.length > 2) return "[A-Za-z]{3,9}\\.?";
  return isStrict && token.length === 2 ? "\\d{2}" : "\\d{1,2}";
}

/** 0, which no calendar has, for a word that is no English month. */
function monthNumber(word: string): number {
  return MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;
}

function clockOf(match: RegExpExecArray): Omit<WrittenDate, "day"> | "impossible" {
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
