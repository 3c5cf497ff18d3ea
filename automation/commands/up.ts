import { fullOption, type FullArguments } from "../cli/fullOption";
import { stallOption, type StallArguments } from "../cli/stallOption";
import type { Command, CommonArguments } from "../cli/command";
import { cellOptions, type CellArguments } from "../cells/options";
import { loadDeployment, openUpdate } from "../cells/openDeployment";
import { limitOptions, type LimitArguments } from "../plan/limitOptions";
import { runUpdate } from "../update/updateRun";

interface UpArguments
  extends CommonArguments, LimitArguments, CellArguments, StallArguments, FullArguments {
  yes: boolean;
  refresh: boolean;
  restore: boolean;
}

/** Updates AWS to match the files, after showing what that means and asking. */
export const up: Command<UpArguments> = {
  examples: [
    ["up --stack prod", "shows the changes and asks"],
    ["up --stack prod --yes", "in CI"],
    ["up --yes --allow-revocations 12", "a reviewed change that ends 12 customers"],
  ],
  build: (yargs) =>
    fullOption(stallOption(cellOptions(limitOptions(yargs))))
      .option("yes", {
        alias: "y",
        type: "boolean",
        default: false,
        describe: "do not ask for confirmation",
      })
      .option("refresh", {
        type: "boolean",
        default: false,
        describe: "read everything from AWS first, to undo manual changes",
      })
      .option("restore", {
        type: "boolean",
        default: false,
        describe: "read everything from AWS first, and also give back what was revoked by hand",
      }),
  async run(args, context) {
    const parts = await openUpdate(await loadDeployment(args, context), context, args);
    const { code } = await runUpdate(parts, args, context);
    return code;
  },
};
