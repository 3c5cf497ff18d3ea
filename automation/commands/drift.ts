import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { openAws } from "../aws/open";
import { requireAccount } from "../aws/requireAccount";
import type { Command, CommonArguments } from "../cli/command";
import { loadStack } from "../cli/loadStack";
import { ExitCode } from "../cli/exitCode";
import { compareWithAws, idsIfReadable } from "../compare/compare";
import { declaredElsewhere } from "../compare/elsewhere";
import { deviationAsJson, deviationSections, deviationSummary } from "../compare/report";
import { during } from "../output/activity";
import { toJson } from "../output/json";
import { printSections, sectionsAsComment } from "../output/report";

interface DriftArguments extends CommonArguments {
  markdown?: string;
}

/** Everything in AWS that is not as the files say; changes nothing. */
export const drift: Command<DriftArguments> = {
  examples: [
    ["drift --stack prod", "exits with 3 if anything in AWS differs from the files"],
    ["drift --json", "for other programs"],
    ["drift --markdown drift.md", "also for an issue, at night"],
  ],
  build: (yargs) =>
    yargs.option("markdown", {
      type: "string",
      requiresArg: true,
      describe: "also write the differences to a file, for an issue",
    }),
  async run(args, context) {
    const { terminal, today, directory } = context;
    const { stack, input } = loadStack(args, context);
    const { config } = input;
    const aws = await openAws(config, context);
    const found = await during(terminal, "Reading AWS", async () => {
      const account = requireAccount(aws, config);
      const elsewhere = declaredElsewhere(config, context);
      // The engine and AWS are read side by side, but another account's answer is not the one to report.
      const comparing = compareWithAws(aws, input, {
        elsewhere,
        state: idsIfReadable(config, context),
      });
      comparing.catch(() => {});
      await account;
      return comparing;
    });
    const { deviations } = found;
    const summary = deviationSummary(deviations);
    const sections = deviationSections(deviations);
    if (args.json) {
      terminal.print(toJson({ stack, today, deviations: deviations.map(deviationAsJson) }));
    } else {
      printSections(sections, terminal);
      terminal.print(summary, deviations.length === 0 ? "good" : "strong");
    }
    if (args.markdown !== undefined) {
      const note = "… the rest is cut off: run `ecr-customers drift`";
      const text = sectionsAsComment(`${stack}: ${summary}`, sections, terminal, "all", note);
      writeFileSync(resolve(directory, args.markdown), text);
    }
    return deviations.length === 0 ? ExitCode.done : ExitCode.changes;
  },
};
