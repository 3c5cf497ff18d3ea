// What was read so far, and what is still to be read.
import type { IsoTime } from "../customers/model";
import type { Coverage, Pull, PullRecord } from "./model";

/** CloudTrail delivers most events within 5 minutes (CloudTrail User Guide); an hour is read again. */
const LATE = 60 * 60 * 1000;
const WINDOW = 3 * 24 * 60 * 60 * 1000;

/**
 * The stretches of time to read for a region, the earliest first. What was read before is not read again, but for its
 * last hour.
 */
export function windowsToRead(
  known: Coverage | undefined,
  since: IsoTime,
  now: IsoTime,
): Coverage[] {
  if (known === undefined || known.through < since) return split(since, now);
  const earlier = since < known.from ? split(since, known.from) : [];
  const from = isoTime(Math.max(Date.parse(known.from), Date.parse(known.through) - LATE));
  return [...earlier.reverse(), ...split(from, now)];
}

function split(from: IsoTime, through: IsoTime): Coverage[] {
  const [start, end] = [Date.parse(from), Date.parse(through)];
  const count = Math.max(1, Math.ceil((end - start) / WINDOW));
  return Array.from({ length: count }, (_, at) => ({
    from: isoTime(start + at * WINDOW),
    through: isoTime(Math.min(end, start + (at + 1) * WINDOW)),
  }));
}

/** A moment, to the second. */
export function isoTime(milliseconds: number): IsoTime {
  return `${new Date(milliseconds).toISOString().slice(0, "YYYY-MM-DDThh:mm:ss".length)}Z`;
}

/** The record with one more stretch of a region; an event that it has already counts once. */
export function withWindow(
  record: PullRecord,
  region: string,
  window: Coverage,
  read: readonly Pull[],
): PullRecord {
  const known = record.regions[region];
  // What does not join on would leave a gap: then only the new stretch is known.
  const joins = known !== undefined && window.from <= known.through && known.from <= window.through;
  const coverage = joins
    ? {
        from: known.from < window.from ? known.from : window.from,
        through: known.through > window.through ? known.through : window.through,
      }
    : window;
  return {
    regions: { ...record.regions, [region]: coverage },
    pulls: merged(record.pulls, read),
  };
}

/** Both, in the order of time, each event once. */
export function merged(known: readonly Pull[], more: readonly Pull[]): Pull[] {
  const byId = new Map([...known, ...more].map((pull) => [pull.id, pull]));
  return [...byId.values()].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : order(a.id, b.id),
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
