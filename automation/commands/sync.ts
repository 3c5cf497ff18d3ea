import { cellOptions, type CellArguments } from "../cells/options";
import { fullOption, type FullArguments } from "../cli/fullOption";
import { stallOption, type StallArguments } from "../cli/stallOption";
import type { Command } from "../cli/command";
import { loadDeployment, openUpdate } from "../cells/openDeployment";
import { errorAsJson, reportError } from "../cli/errorReport";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { limitOptions, type LimitArguments } from "../plan/limitOptions";
import { importAllowances, importOptions, type ImportLimitArguments } from "../sales/importOptions";
import type { ImportArguments } from "../sales/importRun";
import { CollectedResults } from "../output/terminals";
import { runUpdate } from "../update/updateRun";

interface SyncArguments
  extends
    Omit<ImportArguments, "write">,
    ImportLimitArguments,
    LimitArguments,
    CellArguments,
    StallArguments,
    FullArguments {
  yes: boolean;
  refresh: boolean;
}

/** From a sales system's export to an updated stack, in one run. */
export const sync: Command<SyncArguments> = {
  examples: [
    ["sync deals.csv --mapping mappings/crm.yaml --stack prod --yes", "in CI"],
    [
      "sync deals.csv --mapping crm.yaml --max-revocations 12 --allow-revocations 12 --yes",
      "a reviewed export that ends 12 customers, in their files and in AWS",
    ],
  ],
  build: (yargs) =>
    fullOption(stallOption(cellOptions(limitOptions(importOptions(yargs)))))
      .demandOption("mapping")
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
      }),
  async run(args, outer) {
    const collected = new CollectedResults(outer.terminal);
    const context = args.json ? { ...outer, terminal: collected } : outer;
    const print = (error?: unknown) => {
      const [first, update] = collected.results.map((text) => JSON.parse(text) as unknown);
      const failure = error === undefined ? {} : errorAsJson(error);
      outer.terminal.print(toJson({ import: first ?? null, update: update ?? null, ...failure }));
    };
    const { runImport } = await import("../sales/importRun.js");
    const { noteNotApplied } = await import("../sales/notApplied.js");
    const imported = await runImport({ ...args, write: true }, importAllowances(args), context);
    let code: ExitCode = imported.code;
    if (imported.done) {
      const { folder, changes } = imported.plan;
      const loaded = await loadDeployment(args, context);
      try {
        const parts = await openUpdate(loaded, context, args);
        const update = await runUpdate(parts, args, context);
        noteNotApplied(folder, loaded.stack, update.notApplied);
        code = update.code;
      } catch (error) {
        // The update did not start: nothing that the import changed has been applied.
        const why = `the update did not start: ${error instanceof Error ? error.message : "?"}`;
        const ids = changes.map(({ after }) => after.id);
        noteNotApplied(folder, loaded.stack, new Map(ids.map((id) => [id, why])));
        if (!args.json) throw error;
        print(error);
        reportError(error, outer, { json: false, debug: args.debug });
        return ExitCode.failed;
      }
    }
    if (args.json) print();
    return code;
  },
};
