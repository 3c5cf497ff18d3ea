// What the clocks of a time zone show (IANA time zone database, by Node's ICU).

/** A zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The instant at which a zone's clocks show `local` (taken for UTC), in milliseconds. */
export function instantOf(local: number, timeZone: string): number {
  if (timeZone === "UTC") return local;
  const guess = shownIn(local, timeZone) - local;
  return local - (shownIn(local - guess, timeZone) - (local - guess));
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
export function shownIn(instant: number, timeZone: string): number {
  if (timeZone === "UTC") return instant;
  const parts = clockIn(timeZone).formatToParts(instant);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const [year, month, day] = [value("year"), value("month"), value("day")];
  return Date.UTC(year, month - 1, day, value("hour"), value("minute"), value("second"));
}
