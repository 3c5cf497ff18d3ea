/** When a renewal is proposed, and how long it lasts. */
export interface RenewalRule {
  /** Months after the current end date, or as long as the term that ends. */
  length: "same-length" | number;
  /** Days before the last day at which it is proposed. */
  days: number;
}

/** Proposed a month before: long enough for a review, and after the first notices of the end. */
const USUAL_DAYS = 30;

/** The rule of a stack, as its settings have it: `same-length`, `6m`, `1y`, or with the days. */
export function renewalRule(
  written: string | { length: string; days?: number | undefined },
): RenewalRule {
  const { length, days = USUAL_DAYS } = typeof written === "string" ? { length: written } : written;
  const [, count = "", unit = ""] = /^(\d+)([my])$/.exec(length) ?? [];
  if (count === "") return { length: "same-length", days };
  return { length: Number(count) * (unit === "y" ? 12 : 1), days };
}
