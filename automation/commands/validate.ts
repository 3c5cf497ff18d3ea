import { join, resolve } from "node:path";
import { claimProblems } from "../../src/claims";
import type { Problem } from "../../src/problem";
import { loadProject, type StackInput } from "../../src/project";
import type { SettingsFile } from "../../src/settingsFile";
import { budgetLine, budgetsOf, budgetsToShow } from "../plan/budgetReport";
import type { Command } from "../cli/command";
import { customersDirectory } from "../cli/loadStack";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { sharedProblems, tellProblemsOf } from "../output/problemReport";
import { loadTemplates } from "../notices/templates";
import { renamedFileProblems } from "../files/renamedFiles";
import { importedCustomers } from "../sales/importedCustomers";
import { chooseStack, stackNames } from "../files/stackFiles";
import { counted } from "../../src/counted";

/** Checks every customer file and every stack's settings, offline; reports all problems at once. */
export const validate: Command = {
  examples: [
    ["validate", "every stack with a Pulumi.<stack>.yaml"],
    ["validate --stack prod --json", "one stack, as JSON"],
  ],
  run(args, context) {
    const { terminal, directory, environment } = context;
    const all = stackNames(directory);
    const stacks =
      args.stack === undefined && all.length > 0 ? all : [chooseStack(directory, args.stack)];
    const folder = customersDirectory(args, context);
    const each = stacks.map((stack) => {
      const loaded = loadProject(directory, stack, context.today, { customersDirectory: folder });
      if (loaded.input === undefined) return { stack, ...loaded };
      const { input, settings } = loaded;
      const read = resolve(folder ?? join(directory, input.config.customers));
      const problems = renamedFileProblems(read, input, importedCustomers(read));
      return { stack, settings, problems, input: problems.length > 0 ? undefined : input };
    });
    const checked = withClaims(each);
    const problems = sharedProblems(checked).map(({ problem, stacks }) => ({ ...problem, stacks }));
    // After the problems: a mistake in it is one more, and ends the run.
    if (problems.length === 0) loadTemplates(directory);
    const sound = checked.flatMap(({ stack, input }) =>
      input === undefined
        ? []
        : [{ stack, customers: input.customers.length, budgets: budgetsOf(input) }],
    );
    if (args.json) {
      terminal.print(toJson({ problems, stacks: sound }));
      return problems.length > 0 ? ExitCode.failed : ExitCode.done;
    }
    if (problems.length > 0) {
      tellProblemsOf(checked, terminal, environment);
      return ExitCode.failed;
    }
    for (const { stack, customers, budgets } of sound) {
      terminal.print(`${stack}: ${counted(customers, "customer")}, no problems`, "good");
      for (const budget of budgetsToShow(budgets)) {
        const near = budget.level !== "ok";
        terminal.print(`  policy of ${budgetLine(budget)}`, near ? "warning" : "quiet");
      }
    }
    return ExitCode.done;
  },
};

interface Checked {
  stack: string;
  problems: readonly Problem[];
  settings?: SettingsFile;
  input?: StackInput;
}

/** Adds what is wrong between the stacks to the problems of each. */
function withClaims<T extends Checked>(checked: readonly T[]): T[] {
  const claims = claimProblems(
    checked.flatMap(({ input, settings }) =>
      input === undefined || settings === undefined ? [] : [{ config: input.config, settings }],
    ),
  );
  return checked.map((one) => {
    const own = claims.filter(({ file }) => file === one.settings?.file);
    return own.length === 0
      ? one
      : { ...one, problems: [...one.problems, ...own], input: undefined };
  });
}
