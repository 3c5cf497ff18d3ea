import { diffArrays } from "diff";

/** Unchanged lines that are shown around a changed one. */
const CONTEXT = 2;

interface Line {
  mark: " " | "-" | "+";
  text: string;
}

/**
 * The difference between two texts, line by line, as `diff -u` shows it, without its headers: `-` before a line that
 * only the first has, `+` before one that only the second has, `…` where unchanged lines are left out.
 */
export function lineDifference(before: string, after: string): string[] {
  const lines = compared(linesOf(before), linesOf(after));
  const changed = lines.flatMap(({ mark }, at) => (mark === " " ? [] : [at]));
  const isShown = (at: number) => changed.some((one) => Math.abs(one - at) <= CONTEXT);
  if (changed.length === 0) return [];
  return lines.flatMap(({ mark, text }, at) => {
    if (isShown(at)) return [`${mark} ${text}`.trimEnd()];
    return at === 0 || isShown(at - 1) ? ["…"] : [];
  });
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}

function compared(before: string[], after: string[]): Line[] {
  return diffArrays(before, after).flatMap(({ value, added, removed }) => {
    const mark = added ? "+" : removed ? "-" : " ";
    return value.map((text): Line => ({ mark, text }));
  });
}
