import type { Argv } from "yargs";
import type { Extent } from "../output/report";

/** How much of what changes is shown. */
export interface FullArguments {
  full: boolean;
}

/** The option of commands that show what an update changes. */
export function fullOption(yargs: Argv): Argv {
  return yargs.option("full", {
    type: "boolean",
    default: false,
    describe: "show every line, instead of the first ten of each kind",
  });
}

export function extentOf({ full }: FullArguments): Extent {
  return full ? "all" : "grouped";
}
