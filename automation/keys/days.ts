import type { IsoDate } from "../../src/customers/model";

const DAY_MILLISECONDS = 86_400_000;

/** Number of whole days from one moment to a later one. */
export function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / DAY_MILLISECONDS);
}

/** The calendar day of a moment, UTC. */
export function dayOf(moment: Date): IsoDate {
  return moment.toISOString().slice(0, "YYYY-MM-DD".length);
}
