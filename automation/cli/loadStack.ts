// What most commands start with. Apart from command.ts, so that a help text does not wait for it.
import { relative, resolve } from "node:path";
import { isCalendarDay } from "../../src/customers/isoDate";
import type { IsoDate } from "../../src/customers/model";
import { ProblemsError } from "../../src/problem";
import { loadProject, type StackInput } from "../../src/project";
import { chooseStack } from "../files/stackFiles";
import { UsageError } from "../output/usageError";
import type { CommandContext, CommonArguments } from "./command";

/** A stack's input, checked, and which stack it is. */
export interface LoadedStack {
  stack: string;
  input: StackInput;
}

/**
 * The first step of every command: settings and customers, read and checked.
 *
 * @throws UsageError when it is not clear which stack is meant.
 * @throws ProblemsError with all problems of all files.
 */
export function loadStack(args: CommonArguments, context: CommandContext): LoadedStack {
  const stack = chooseStack(context.directory, args.stack);
  const { input, problems } = loadProject(context.directory, stack, context.today, {
    customersDirectory: customersDirectory(args, context),
  });
  if (input === undefined) throw new ProblemsError(problems);
  return { stack, input };
}

/** The folder as problems name it: relative to the working directory. */
export function customersDirectory(
  { customers }: CommonArguments,
  { directory }: CommandContext,
): string | undefined {
  if (customers === undefined) return undefined;
  return relative(process.cwd(), resolve(directory, customers)) || ".";
}

/**
 * The day of `--as-of`; today without it.
 *
 * @throws UsageError when it is not a day.
 */
export function asOfDay(asOf: string | undefined, { today }: CommandContext): IsoDate {
  if (asOf === undefined) return today;
  if (isCalendarDay(asOf)) return asOf;
  throw new UsageError(
    `expected a day for --as-of, got ${JSON.stringify(asOf)}`,
    `Write it as YYYY-MM-DD, e.g. ${today}.`,
  );
}
