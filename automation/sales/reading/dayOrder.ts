// The format that all dates of an export allow. 04/05/2027 alone allows two.
import type { IsoDate } from "../../../src/customers/model";
import { readDate, USUAL_FORMATS } from "./dateFormat";

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
