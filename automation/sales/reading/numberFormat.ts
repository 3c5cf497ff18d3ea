// Which of a workbook's number formats show a number as a day: Excel keeps days as numbers, and only
// the format says which numbers are days (ECMA-376 part 1, 18.8.30 "numFmt").

/** Formats that every workbook has without listing them; 27 to 36 and 50 to 58 are those of East Asia. */
const BUILT_IN: readonly (readonly [first: number, last: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** Texts in quotes, escaped and repeated characters, colours, conditions and languages. */
const NO_PLACEHOLDER = /"[^"]*"|\\.|[_*].|\[[^\]]*\]/g;

/**
 * True for a format that shows a day or a time.
 *
 * @param code - the workbook's own format of that number, e.g. `yyyy\-mm\-dd`.
 */
export function showsDay(id: number, code: string | undefined): boolean {
  if (code === undefined) return BUILT_IN.some(([first, last]) => id >= first && id <= last);
  const plain = code.replace(NO_PLACEHOLDER, "");
  return !/general/i.test(plain) && /[ymdhs]/i.test(plain);
}

const DAY = 24 * 60 * 60 * 1000;
/** The day of number 0; Excel for Mac counted from the other one (ECMA-376 part 1, 18.17.4.1). */
const FIRST_DAY = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const;
export type FirstYear = keyof typeof FIRST_DAY;

/** 9999-12-31, the last day that Excel shows. */
const LAST_INSTANT = Date.UTC(10_000, 0, 1);

/**
 * The day that a number stands for, with its time unless that is midnight: `2027-12-31`,
 * `2027-12-31T09:30:00`.
 *
 * @returns undefined when Excel shows no day for that number either.
 */
export function dayOfNumber(number: number, firstYear: FirstYear): string | undefined {
  // Excel's times are fractions of a day, and come out up to a millisecond early.
  const instant = Math.round((FIRST_DAY[firstYear] + number * DAY) / 1000) * 1000;
  if (!(number >= 0) || instant >= LAST_INSTANT) return undefined;
  const text = new Date(instant).toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length);
  return text.replace("T00:00:00", "");
}
