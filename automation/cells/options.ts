import type { Argv } from "yargs";

/** How customers in several cells are run; of no matter with one stack. */
export interface CellArguments {
  all?: boolean;
  cell?: string;
  concurrency?: number;
}

/** Options of commands that run cells. */
export function cellOptions(yargs: Argv): Argv {
  return yargs
    .option("all", {
      type: "boolean",
      default: false,
      describe: "with several cells: also those in which nothing has changed",
    })
    .option("cell", {
      type: "string",
      requiresArg: true,
      describe: "with several cells: only this one, or `base`; the others run elsewhere",
    })
    .option("concurrency", {
      type: "number",
      requiresArg: true,
      describe: "with several cells: so many side by side; as cores and memory allow without it",
    })
    .check(({ concurrency }) => {
      const isCount = Number.isInteger(concurrency) && Number(concurrency) >= 1;
      if (concurrency === undefined || isCount) return true;
      throw new Error("expected a whole number from 1 on for --concurrency");
    });
}
