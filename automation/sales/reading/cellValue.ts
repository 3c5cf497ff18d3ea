// One cell of a sheet, as XML has it → its text, and what is wrong with it.
import type { CellFault } from "./cellDamage";
import { dayOfNumber, type FirstYear } from "./numberFormat";
import type { TextList } from "./textList";
import { XmlError } from "./xmlError";

/** What the cells of a sheet refer to elsewhere in the workbook. */
export interface CellContext {
  texts: TextList;
  /** Numbers of the styles that show a number as a day. */
  dayStyles: ReadonlySet<number>;
  firstYear: FirstYear;
  /** The program that wrote the file left the results of formulas to the next one. */
  isUncomputed: boolean;
}

/** Excel keeps 15 digits of a number. */
const EXACT_DIGITS = 1e15;

/** What a sheet says about a cell. */
export interface OpenCell {
  column: number;
  type: string | undefined;
  style: number;
  isFormula: boolean;
  /** Undefined when the file holds none, which is not the same as an empty text. */
  value: string | undefined;
}

/** The text of a cell; blank where it has no value. @throws XmlError */
export function valueOf(cell: OpenCell, context: CellContext): { text: string; fault?: CellFault } {
  const { type, isFormula, value } = cell;
  // Excel stores an empty text as the result of a formula with its type, other programs nothing.
  const isMissing = value === undefined || (value === "" && type !== "str");
  if (isFormula && (isMissing || context.isUncomputed)) return { text: "", fault: "not-computed" };
  if (value === undefined || value === "") return { text: "" };
  switch (type) {
    case "s":
      return { text: withoutEscapes(context.texts.at(Number(value)) ?? raise(damaged())) };
    case "e":
      return { text: value, fault: "error" };
    case "b":
      return { text: value === "1" || value === "true" ? "TRUE" : "FALSE" };
    case "str":
    case "inlineStr":
      return { text: withoutEscapes(value) };
    case "d":
      return { text: value };
    default:
      return numberText(value, cell, context);
  }
}

function numberText(
  value: string,
  { style }: OpenCell,
  { dayStyles, firstYear }: CellContext,
): { text: string; fault?: CellFault } {
  const number = Number(value);
  if (Number.isNaN(number)) return { text: value };
  if (dayStyles.has(style)) {
    const day = dayOfNumber(number, firstYear);
    return day === undefined ? { text: value, fault: "error" } : { text: day };
  }
  if (!Number.isInteger(number)) return { text: value };
  // One with more digits than Excel keeps is written so that it cannot be taken for an id.
  const isExact = Math.abs(number) < EXACT_DIGITS;
  return { text: isExact ? String(number) : number.toExponential() };
}

/** Characters that XML cannot hold are written as `_x000D_` (ECMA-376 part 1, 22.9.2.19 "ST_Xstring"). */
function withoutEscapes(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );
}

function damaged(): XmlError {
  return new XmlError("one that is damaged");
}

function raise(error: Error): never {
  throw error;
}
