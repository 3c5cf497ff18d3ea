import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command, CommonArguments } from "../cli/command";
import { loadStack } from "../cli/loadStack";
import { openAws } from "../aws/open";
import { openState } from "../engine/openState";
import { layoutOf } from "../cells/layout";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { readBaseline } from "../plan/baseline";
import { setCells } from "../files/settingsEdit";
import { counted } from "../../src/counted";
import { textTable } from "../output/textTable";

interface CellsArguments extends CommonArguments {
  set?: number;
}

/** Lists the stacks over which the customers are distributed, and changes their number. */
export const cells: Command<CellsArguments> = {
  examples: [
    ["cells --stack prod --json", "the cells to run, e.g. for a CI matrix"],
    ["cells --stack prod --set 20", "move an existing deployment to 20 cells"],
  ],
  build: (yargs) =>
    yargs
      .option("set", {
        type: "number",
        requiresArg: true,
        describe: "move the customers to N cells; no user or key is replaced",
      })
      .check(({ set }) => {
        if (set === undefined || (Number.isInteger(set) && set >= 1 && set <= 500)) {
          return true;
        }
        throw new Error("expected a number from 1 to 500 for --set");
      }),
  async run(args, context) {
    const { terminal, directory } = context;
    const { stack, input } = loadStack(args, context);
    if (args.set !== undefined) {
      const { moveCells } = await import("../cells/moveRun.js");
      const aws = await openAws(input.config, context);
      const moved = await moveCells({ input, cells: args.set, aws, context });
      const file = join(directory, `Pulumi.${stack}.yaml`);
      writeFileSync(file, setCells(readFileSync(file, "utf8"), stack, args.set));
      if (args.json) terminal.print(toJson({ stack, cells: args.set, ...moved }));
      else {
        terminal.print(
          `${counted(moved.resources, "resource")} moved; a backup of the states is in`,
        );
        terminal.print(`  ${moved.backup}`);
        terminal.print(`Pulumi.${stack}.yaml now says \`cells: ${args.set}\`: commit it.`);
      }
      if (moved.differences.length === 0) {
        if (!args.json) terminal.print("Read back from AWS: nothing changed there.", "good");
        return ExitCode.done;
      }
      terminal.report(`AWS differs from before the move: ${moved.differences.join(", ")}`, "bad");
      return ExitCode.failed;
    }
    const baseline = readBaseline(await (await openState(stack, context)).outputs());
    const layout = layoutOf(input, baseline.kind === "recorded" ? baseline.outputs : undefined);
    if (args.json) {
      terminal.print(toJson({ stack, first: baseline.kind === "none", ...layout }));
      return ExitCode.done;
    }
    if (input.config.cells === 1) {
      terminal.print(
        `All ${counted(input.customers.length, "customer")} are in one stack, ${stack}.`,
      );
      return ExitCode.done;
    }
    terminal.print(
      textTable([
        ["cell", "stack", "customers", "an update would"],
        ...layout.cells.map((one) => [
          String(one.cell),
          one.stack,
          String(one.customers),
          one.changed ? "run it" : "skip it",
        ]),
        ["base", layout.base.stack, "", layout.base.changed ? "run it" : "run it last, if any ran"],
      ]).join("\n"),
    );
    return ExitCode.done;
  },
};
