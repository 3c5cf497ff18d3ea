import { cellOptions, type CellArguments } from "../cells/options";
import { stallOption, type StallArguments } from "../cli/stallOption";
import type { Command } from "../cli/command";
import { loadDeployment, openUpdate } from "../cells/openDeployment";
import type { ExitCode } from "../cli/exitCode";
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
    StallArguments {
  yes: boolean;
  refresh: boolean;
}

/** From a sales system's export to an updated stack, in one run. */
export const sync: Command<SyncArguments> = {
  usage: "sync <file>",
  describe: "Import a sales system's export, then update the stack: both within their limits",
  build: (yargs) =>
    stallOption(cellOptions(limitOptions(importOptions(yargs))))
      .demandOption("mapping")
      .option("yes", { alias: "y", type: "boolean", default: false, describe: "do not ask" })
      .option("refresh", {
        type: "boolean",
        default: false,
        describe: "read everything from AWS first, to put right what was changed there by hand",
      })
      .example("$0 sync deals.csv --mapping mappings/crm.yaml --stack prod --yes", "in CI")
      .example(
        "$0 sync deals.csv --mapping crm.yaml --max-revocations 12 --allow-revocations 12 --yes",
        "a reviewed export that ends 12 customers, in their files and in AWS",
      ),
  async run(args, outer) {
    const collected = new CollectedResults(outer.terminal);
    const context = args.json ? { ...outer, terminal: collected } : outer;
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
        // The update did not even begin: what the import has changed waits as a whole.
        const why = `the update did not begin: ${error instanceof Error ? error.message : "?"}`;
        const ids = changes.map(({ after }) => after.id);
        noteNotApplied(folder, loaded.stack, new Map(ids.map((id) => [id, why])));
        throw error;
      }
    }
    if (args.json) {
      const [first, update] = collected.results.map((text) => JSON.parse(text) as unknown);
      outer.terminal.print(toJson({ import: first ?? null, update: update ?? null }));
    }
    return code;
  },
};
