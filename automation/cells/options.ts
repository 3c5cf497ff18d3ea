import type { Argv } from "yargs";

/** How several cells are run; ignored with one stack. */
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
      describe: "with several cells: run unchanged cells too",
    })
    .option("cell", {
      type: "string",
      requiresArg: true,
      describe: "with several cells: run only this one, or `base`; the others run elsewhere",
    })
    .option("concurrency", {
      type: "number",
      requiresArg: true,
      describe: "with several cells: run up to N in parallel; default: as cores and memory allow",
    })
    .check(({ concurrency }) => {
      const isCount = Number.isInteger(concurrency) && Number(concurrency) >= 1;
      if (concurrency === undefined || isCount) return true;
      throw new Error("expected a whole number of at least 1 for --concurrency");
    });
}
