import { join, resolve } from "node:path";
import { loadStackConfig } from "../../src/config";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { ProblemsError } from "../../src/problem";
import type { CommandContext, CommonArguments } from "../cli/command";
import { customersDirectory } from "../cli/loadStack";
import { chooseStack } from "../files/stackFiles";
import { UsageError } from "../output/usageError";
import { fileHistory, type FileHistory } from "./gitHistory";

/**
 * A customer's versions. The files of today are not read, so a customer without a file has a history, too.
 *
 * @throws UsageError for a customer that never had a file. @throws ProblemsError for settings that cannot be read.
 */
export function openHistory(
  customer: string,
  args: CommonArguments,
  context: CommandContext,
): FileHistory {
  const { directory, terminal } = context;
  const { config, problems } = loadStackConfig(directory, chooseStack(directory, args.stack));
  if (config === undefined) throw new ProblemsError(problems);
  const folder = resolve(customersDirectory(args, context) ?? join(directory, config.customers));
  const history = CUSTOMER_ID.test(customer) ? fileHistory(folder, customer) : undefined;
  if (history === undefined || history.versions.length === 0) {
    throw new UsageError(
      `git has no file of a customer ${JSON.stringify(customer)} on this branch`,
      "`ecr-customers access` lists the customers; a file counts once it is committed.",
    );
  }
  if (history.isShallow) {
    terminal.report(
      "This clone has only the latest commits: earlier changes are missing. `git fetch --unshallow` gets them.",
      "warning",
    );
  }
  if (history.isEdited) {
    terminal.report(`${customer}.yaml has changes that are not committed.`, "warning");
  }
  return history;
}
