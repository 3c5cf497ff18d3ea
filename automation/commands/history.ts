import { changesOf } from "../../src/history/changes";
import type { Command, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { openHistory } from "../history/open";
import { changeCells } from "../history/words";
import { toJson } from "../output/json";
import { textTable } from "../output/textTable";

interface HistoryArguments extends CommonArguments {
  customer: string;
}

/** What changed for a customer, with the commit and its author. */
export const history: Command<HistoryArguments> = {
  examples: [["history acme", "when it gained and lost what, and by whose commit"]],
  build: (yargs) =>
    yargs.positional("customer", {
      type: "string",
      demandOption: true,
      describe: "id of the customer, its file's name without .yaml",
    }),
  run(args, context) {
    const { customer, json } = args;
    const changes = changesOf(openHistory(customer, args, context).versions);
    if (json) context.terminal.print(toJson({ customer, changes }));
    else {
      const head = ["day", "commit", "author", "change"];
      context.terminal.print(textTable([head, ...changes.map(changeCells)]).join("\n"));
    }
    return ExitCode.done;
  },
};
