// The part of a mapping file that says how end dates are read.
import { z } from "zod";
import { isCalendarDay } from "../../../src/customers/isoDate";
import { isDateFormat } from "../reading/dateFormat";
import { isTimeZone } from "../reading/timeZone";

/** Cells by their text. */
export const cellTexts = z.array(z.string().min(1).max(200)).min(1);

export const day = z.string().refine(isCalendarDay);

/** The keys of `dates`, each with its meaning. */
export const dates = z.strictObject({
  format: z
    .string()
    .refine((format) => format === "auto" || isDateFormat(format))
    .optional()
    .describe(
      "How days are written, e.g. DD.MM.YYYY; a time after it is understood. auto: the one order that all dates of the file allow. Without it: YYYY-MM-DD",
    ),
  timeZone: z
    .string()
    .refine(isTimeZone)
    .optional()
    .describe(
      "The sales system's time zone, e.g. America/New_York, for times without a zone and to turn an instant into a day. By default UTC, and for an instant the latest day in any zone",
    ),
  blank: z
    .enum(["none", "keep", "suspend"])
    .optional()
    .describe(
      "What a blank end date means: no end date, keep the file's own, or no access. By default a blank one is refused",
    ),
  fewBlanks: z
    .literal("accept")
    .optional()
    .describe(
      "A blank end date counts as `blank` says (none, suspend) also where nearly all other customers with access have an end date. By default it is refused there: the cell may have been left empty by mistake",
    ),
  noEnd: cellTexts
    .optional()
    .describe("Texts and days that mean no end date, e.g. N/A or 9999-12-31"),
  earliest: day
    .optional()
    .describe("No contract ends before this day; an earlier one is refused. 2015-01-01 without it"),
  latest: day
    .optional()
    .describe(
      "No contract ends after this day; a later one is refused. Without it: 50 years from the day of the import",
    ),
  serialNumbers: z
    .boolean()
    .optional()
    .describe("Numbers are days as Excel counts them: 46388 is 2027-01-01"),
  graceDays: z
    .number()
    .int()
    .min(0)
    .max(366)
    .optional()
    .describe("Days of access after the end date"),
});
