import type { Command } from "../cli/command";
import type { ImportArguments } from "../sales/importRun";
import { importOptions, importAllowances, type ImportLimitArguments } from "../sales/importOptions";
import { CollectedResults } from "../output/terminals";
import { toJson } from "../output/json";
import { UsageError } from "../output/usageError";

interface ImportCommandArguments extends Omit<ImportArguments, "mapping">, ImportLimitArguments {
  mapping?: string;
  suggest?: string;
}

/** Turns a sales system's export into changes to customer files. */
export const importCommand: Command<ImportCommandArguments> = {
  examples: [
    ["import deals.csv --suggest mappings/crm.yaml", "a draft mapping, to be completed"],
    ["import deals.csv --mapping mappings/crm.yaml", "shows what would change"],
    [
      "import deals.csv --mapping mappings/crm.yaml --write --plan-digest <digest>",
      "writes exactly what was shown",
    ],
  ],
  build: (yargs) =>
    importOptions(yargs)
      .option("write", {
        type: "boolean",
        default: false,
        describe: "write the files: all of them or none",
      })
      .option("suggest", {
        type: "string",
        requiresArg: true,
        describe: "write a draft mapping for this export to a file, to be completed",
      })
      .check(({ mapping, suggest, write }) => {
        if (suggest === undefined && mapping === undefined) throw new Error("Name a --mapping");
        if (suggest !== undefined && (mapping !== undefined || write)) {
          throw new Error("--suggest cannot be combined with --mapping or --write");
        }
        return true;
      }),
  // What reads exports is loaded only when there is one to read.
  async run(args, context) {
    const { mapping, suggest } = args;
    if (suggest !== undefined) {
      const { runSuggest } = await import("../sales/mapping/suggest.js");
      if (!args.json) return runSuggest(args.file, suggest, context);
      const code = await runSuggest(args.file, suggest, {
        ...context,
        terminal: new CollectedResults(context.terminal),
      });
      context.terminal.print(toJson({ mapping: suggest }));
      return code;
    }
    if (mapping === undefined) throw new UsageError("no mapping", "Name one with `--mapping`.");
    const { runImport } = await import("../sales/importRun.js");
    return (await runImport({ ...args, mapping }, importAllowances(args), context)).code;
  },
};
