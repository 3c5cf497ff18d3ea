import { writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { addDays, isCalendarDay } from "../../src/customers/isoDate";
import type { IsoDate } from "../../src/customers/model";
import { digits } from "../../src/counted";
import { NAMES_NOTICE, reportFigures, reportPage } from "../../src/report/report";
import type { Command, CommandContext, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { customersDirectory, loadStack } from "../cli/loadStack";
import { daysIn } from "../cli/numberOfDays";
import { withFileErrors, writeAtomic } from "../files/writeAtomic";
import { during } from "../output/activity";
import { toJson } from "../output/json";
import { UsageError } from "../output/usageError";
import { factsOfAws, factsOfFiles } from "../report/gather";
import { summaryMarkdown } from "../report/summary";

interface ReportArguments extends CommonArguments {
  html: string;
  since: string;
  aws: boolean;
  markdown?: string;
}

/** One page about all customers, as a file that needs no server. */
export const report: Command<ReportArguments> = {
  examples: [
    ["report --html report.html", "from the files and git alone"],
    ["report --html report.html --aws", "also keys by age, and how AWS differs from the files"],
    ["report --html report.html --since 2026-01-01", "with all changes of this year"],
  ],
  build: (yargs) =>
    yargs
      .option("html", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "file for the page; only you can read it, because it holds customers' names",
      })
      .option("since", {
        type: "string",
        requiresArg: true,
        default: "30d",
        describe: "show changes since a day, YYYY-MM-DD, or the last days, e.g. 90d",
      })
      .option("aws", {
        type: "boolean",
        default: false,
        describe: "read AWS: differences from the files, and age and last use of keys",
      })
      .option("markdown", {
        type: "string",
        requiresArg: true,
        describe: "also write the figures to a file, for a CI job's summary",
      }),
  async run(args, context) {
    const { terminal, directory, today } = context;
    const since = sinceDay(args.since, context);
    const { stack, input } = loadStack(args, context);
    const folder = customersDirectory(args, context);
    const request = { stack, input, since, ...(folder === undefined ? {} : { folder }) };
    const fromFiles = factsOfFiles(request, context);
    const fromAws = args.aws
      ? await during(terminal, "Reading AWS", () => factsOfAws(input, context))
      : {};
    const facts = { ...fromFiles, ...fromAws };
    const text = reportPage(facts);
    const figures = reportFigures(facts);
    const file = resolve(directory, args.html);
    withFileErrors(args.html, () => {
      writeAtomic(file, { text, mode: 0o600 }, dirname(file));
    });
    const { markdown } = args;
    if (markdown !== undefined) {
      withFileErrors(markdown, () => {
        const summary = summaryMarkdown(stack, today, figures, NAMES_NOTICE);
        writeFileSync(resolve(directory, markdown), summary);
      });
    }
    const bytes = Buffer.byteLength(text);
    if (args.json) {
      const counts = Object.fromEntries(figures.map(({ label, count }) => [label, count]));
      terminal.print(toJson({ stack, today, since, file: args.html, bytes, counts }));
    } else {
      const size = digits(Math.ceil(bytes / 1024));
      terminal.print(`Wrote ${args.html} (${size} KiB). ${NAMES_NOTICE}`, "good");
    }
    return ExitCode.done;
  },
};

/** @throws UsageError for what is neither a day nor a number of days. */
function sinceDay(text: string, { today }: CommandContext): IsoDate {
  if (isCalendarDay(text)) return text;
  const days = daysIn(text);
  if (days !== undefined) return addDays(today, -days);
  throw new UsageError(
    `expected a day or a number of days for --since, got ${JSON.stringify(text)}`,
    `Write e.g. \`--since 30d\` or \`--since ${today}\`.`,
  );
}
