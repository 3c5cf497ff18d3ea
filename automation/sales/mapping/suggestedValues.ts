// The values of a column in a first mapping, each to be completed.
import { counted } from "../../../src/counted";
import { fold } from "../reading/cellText";
import { quotedYaml } from "../reading/proposals";

/** Values of a column that are listed without a question whether it is the right one. */
const USUAL_VALUES = 100;

/**
 * Every value once, with the number of its rows, the most frequent first; what it means is left open.
 *
 * @param usually - what the ready mapping of the system says about a value.
 */
export function valueLines(
  values: readonly string[],
  usually: (key: string) => string | undefined,
): string[] {
  const counts = new Map<string, { shown: string; rows: number }>();
  for (const value of values) {
    const known = counts.get(fold(value));
    if (known === undefined) counts.set(fold(value), { shown: value, rows: 1 });
    else known.rows++;
  }
  const all = [...counts].sort(([a, x], [b, y]) => y.rows - x.rows || (a < b ? -1 : 1));
  const lines = all.map(([key, { shown, rows }]) => {
    const hint = usually(key);
    return `  ${quotedYaml(shown)}: # ${counted(rows, "row")}${hint === undefined ? "" : `, usually ${hint}`}`;
  });
  if (all.length <= USUAL_VALUES) return lines;
  return [`  # ${counted(all.length, "value")}: is this the right column?`, ...lines];
}
