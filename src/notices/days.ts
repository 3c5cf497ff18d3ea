import type { IsoDate } from "../customers/model";

const DAY = 24 * 60 * 60 * 1000;

/** Days from one calendar day to another; negative when the second one is earlier. */
export function daysFrom(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}
