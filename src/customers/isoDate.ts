// Calendar days as text, without the clock: `today` always comes from outside.
import type { IsoDate, IsoTime } from "./model";

/** Days of each month; February's depend on the year. */
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** True for a day that exists, written `YYYY-MM-DD`; 2027-02-29 does not exist. */
export function isCalendarDay(text: string): boolean {
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  return Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month));
}

/** Without `Date`, which takes longer than the rest of reading a customer's dates. @returns 0 for a month that does not exist. */
function daysIn(year: number, month: number): number {
  if (month !== 2) return MONTHS[month - 1] ?? 0;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The same day `months` later, or the last day of that month where it has no such day. */
export function addMonths(day: IsoDate, months: number): IsoDate {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const index = year * 12 + (month - 1) + months;
  const first = new Date(0);
  first.setUTCFullYear(Math.floor(index / 12), (index % 12) + 1, 0);
  const last = first.getUTCDate();
  const parts = [Math.floor(index / 12), (index % 12) + 1, Math.min(date, last)];
  return parts.map((part, at) => String(part).padStart(at === 0 ? 4 : 2, "0")).join("-");
}

/** The day so many days later; earlier for a negative number. */
export function addDays(day: IsoDate, days: number): IsoDate {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return dayOf(moment.toISOString());
}

/** The calendar day of a moment, UTC. */
export function dayOf(moment: IsoTime): IsoDate {
  return moment.slice(0, "YYYY-MM-DD".length);
}
