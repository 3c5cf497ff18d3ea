// Calendar days as text, without the clock: `today` always comes from outside.
import type { IsoDate } from "./model";

/** True for a day that exists, written `YYYY-MM-DD`; 2027-02-29 does not exist. */
export function isCalendarDay(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // Date rolls 02-29 over to 03-01 instead of refusing it.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
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
