import { UsageError } from "../output/usageError";

/**
 * A number of days as an option has it: `30` or `30d`.
 *
 * @param option - as the error names it, e.g. `--since`.
 * @throws UsageError for anything else.
 */
export function numberOfDays(text: string, option: string): number {
  const days = daysIn(text);
  if (days !== undefined) return days;
  throw new UsageError(
    `expected a number of days for ${option}, got ${JSON.stringify(text)}`,
    `Write e.g. \`${option} 30d\`.`,
  );
}

/** The same; undefined for anything else. */
export function daysIn(text: string): number | undefined {
  const [, digits] = /^([0-9]{1,5})d?$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
