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

/** By the longest common subsequence: these files have at most a few hundred lines. */
function compared(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const longest = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number) => longest[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      longest[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, next] = [before[row], after[column]];
    if (old !== undefined && old === next) {
      lines.push({ mark: " ", text: old });
      row++;
      column++;
    } else if (
      old !== undefined &&
      (next === undefined || at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push({ mark: "-", text: old });
      row++;
    } else {
      lines.push({ mark: "+", text: next ?? "" });
      column++;
    }
  }
  return lines;
}
