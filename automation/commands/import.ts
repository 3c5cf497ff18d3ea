import type { Command } from "../cli/command";
import type { ImportArguments } from "../sales/importRun";
import { importOptions, importAllowances, type ImportLimitArguments } from "../sales/importOptions";
import { ExitCode } from "../cli/exitCode";
import { ProblemsError } from "../../src/problem";
import { toJson } from "../output/json";
import { UsageError } from "../output/usageError";

interface ImportCommandArguments extends Omit<ImportArguments, "mapping">, ImportLimitArguments {
  mapping?: string;
  suggest?: string;
}

/** A sales system's export becomes changes of customer files. */
export const importCommand: Command<ImportCommandArguments> = {
  usage: "import <file>",
  describe:
    "Turn a sales system's export into changes of customer files; shows them, or writes them",
  build: (yargs) =>
    importOptions(yargs)
      .option("write", {
        type: "boolean",
        default: false,
        describe: "write the files: all of them, or none",
      })
      .option("suggest", {
        type: "string",
        requiresArg: true,
        describe: "write a first mapping for this export to a file, for you to fill in",
      })
      .check(({ mapping, suggest, write }) => {
        if (suggest === undefined && mapping === undefined) throw new Error("Say which --mapping");
        if (suggest !== undefined && (mapping !== undefined || write)) {
          throw new Error(
            "--suggest stands alone: no mapping is used, no customer file is written",
          );
        }
        return true;
      })
      .example("$0 import deals.csv --suggest mappings/crm.yaml", "a first mapping, to fill in")
      .example("$0 import deals.csv --mapping mappings/crm.yaml", "show what would change")
      .example(
        "$0 import deals.csv --mapping mappings/crm.yaml --write --plan-digest <digest>",
        "write just what was shown",
      ),
  // What reads exports is loaded only when there is one to read.
  async run(args, context) {
    const { mapping, suggest } = args;
    if (suggest !== undefined) {
      const { runSuggest } = await import("../sales/mapping/suggest.js");
      return runSuggest(args.file, suggest, context);
    }
    if (mapping === undefined) throw new UsageError("no mapping", "Say which `--mapping`.");
    const { runImport } = await import("../sales/importRun.js");
    try {
      return (await runImport({ ...args, mapping }, importAllowances(args), context)).code;
    } catch (error) {
      if (!args.json || !(error instanceof ProblemsError)) throw error;
      context.terminal.print(toJson({ problems: error.problems }));
      return ExitCode.failed;
    }
  },
};
