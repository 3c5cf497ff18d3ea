import type { IsoTime } from "../../src/customers/model";

const DAY_MILLISECONDS = 86_400_000;

/** Number of whole days from one moment to a later one. */
export function daysBetween(from: IsoTime, to: Date): number {
  return Math.floor((to.getTime() - Date.parse(from)) / DAY_MILLISECONDS);
}
