// The format that all dates of an export allow. 04/05/2027 alone allows two.
import { quoted } from "../../../src/printable";
import type { IsoDate } from "../../../src/customers/model";
import { ISO, readDate, USUAL_FORMATS } from "./dateFormat";

/** A cell with what it means in two formats. */
export interface TwoReadings {
  cell: string;
  readings: readonly (readonly [format: string, day: IsoDate])[];
}

/** What the dates of an export allow. */
export interface AllowedFormats {
  /** Formats that read all of them. */
  formats: readonly string[];
  /** A cell on which these differ; none when it does not matter which one is taken. */
  doubt?: TwoReadings;
}

/** @param cells - distinct texts of the column, those left out that are dates in every format. */
export function allowedFormats(cells: readonly string[]): AllowedFormats {
  const formats = USUAL_FORMATS.filter((format) =>
    cells.every((cell) => readDate(cell, format) !== undefined),
  );
  for (const cell of formats.length > 1 ? cells : []) {
    const doubt = twoReadings(cell, formats);
    if (doubt !== undefined) return { formats, doubt };
  }
  return { formats };
}

/** What a cell means in several formats; undefined when it is the same day in all of them. */
export function twoReadings(cell: string, formats: readonly string[]): TwoReadings | undefined {
  const readings = formats.flatMap((format): [string, IsoDate][] => {
    const day = readDate(cell, format)?.day;
    return day === undefined ? [] : [[format, day]];
  });
  const isOne = new Set(readings.map(([, day]) => day)).size < 2;
  return isOne ? undefined : { cell, readings };
}

/** The same format with day and month exchanged; undefined where no one takes one for the other. */
export function exchanged(format: string): string | undefined {
  if (format.startsWith("Y") || format.includes("MMM")) return undefined;
  return format.replace(/D+|M+/g, (part) => (part.startsWith("D") ? "M" : "D").repeat(part.length));
}

/** A date cell of a workbook that was probably another day, and the text that shows it. */
export interface RearrangedDay {
  day: IsoDate;
  original: IsoDate;
  text: string;
  format: string;
}

/**
 * Excel takes texts for dates as its own country writes them: where the file has day and month the
 * other way round, it exchanges the two, and leaves those as text whose day is not a month. Such a
 * column has date cells with days up to 12 only, beside texts with later days only.
 *
 * @param cells - all texts of a workbook's column; date cells in ISO form.
 * @param texts - those of them that only a format reads.
 * @param formats - the formats that read all of these.
 */
export function rearrangedDay(
  cells: readonly string[],
  texts: readonly string[],
  formats: readonly string[],
): RearrangedDay | undefined {
  const [text] = texts;
  const format = formats.find((one) => exchanged(one) !== undefined);
  if (text === undefined || format === undefined) return undefined;
  const days = cells.flatMap((cell) => readDate(cell, ISO)?.day ?? []);
  const isMonth = (day: IsoDate) => Number(day.slice(8)) <= 12;
  const isText = texts.every((one) => !isMonth(readDate(one, format)?.day ?? ""));
  const day = days.find((one) => one.slice(5, 7) !== one.slice(8));
  if (day === undefined || !isText || !days.every(isMonth)) return undefined;
  const original = [day.slice(0, 4), day.slice(8), day.slice(5, 7)].join("-");
  return { day, original, text, format };
}

/** `"12/6/2026", which is 2026-06-12 as DD/MM/YYYY and 2026-12-06 as MM/DD/YYYY`. */
export function readingWords({ cell, readings }: TwoReadings): string {
  const words = readings.map(([format, day]) => `${day} as ${format}`);
  return `${quoted(cell)}, which is ${words.join(" and ")}`;
}
