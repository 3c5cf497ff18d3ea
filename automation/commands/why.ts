import { isCalendarDay } from "../../src/customers/isoDate";
import { why as whyOf } from "../../src/history/why";
import type { Command, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { openHistory } from "../history/open";
import { commitWords, whyWords } from "../history/words";
import { toJson } from "../output/json";
import { UsageError } from "../output/usageError";

interface WhyArguments extends CommonArguments {
  customer: string;
  repository: string;
  on?: string;
}

/** Whether a customer could pull a repository on a day, and by which commit, according to the files of that day. */
export const why: Command<WhyArguments> = {
  examples: [
    ["why acme edge-agent", "today"],
    ["why acme edge-agent --on 2026-03-01", "on an earlier day"],
  ],
  build: (yargs) =>
    yargs
      .positional("customer", {
        type: "string",
        demandOption: true,
        describe: "id of the customer, its file's name without .yaml",
      })
      .positional("repository", {
        type: "string",
        demandOption: true,
        describe: "a repository of the catalogue",
      })
      .option("on", {
        type: "string",
        requiresArg: true,
        describe: "the day, YYYY-MM-DD, UTC; today without it",
      }),
  run(args, context) {
    const { terminal, today } = context;
    const { customer, repository, on: day = today, json } = args;
    if (!isCalendarDay(day)) {
      throw new UsageError(
        `expected a day for --on, got ${JSON.stringify(day)}`,
        `Write it as YYYY-MM-DD, e.g. ${today}.`,
      );
    }
    const { versions } = openHistory(customer, args, context);
    const answer = whyOf(versions, repository, day);
    if (json) {
      terminal.print(toJson({ customer, repository, ...answer }));
      return ExitCode.done;
    }
    const tone = answer.reason.kind === "granted" ? "good" : "warning";
    terminal.print(`${whyWords(answer, customer, repository)}.`, tone);
    if (answer.commit !== undefined) terminal.print(`  by ${commitWords(answer.commit)}`);
    return ExitCode.done;
  },
};
