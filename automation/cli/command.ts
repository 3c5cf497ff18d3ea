import { relative, resolve } from "node:path";
import type { Argv } from "yargs";
import type { IsoDate } from "../../src/customers/model";
import { isCalendarDay } from "../../src/customers/isoDate";
import { ProblemsError } from "../../src/problem";
import { loadProject, type StackInput } from "../../src/project";
import type { ExitCode } from "./exitCode";
import { chooseStack } from "../files/stackFiles";
import type { Terminal } from "../output/terminal";
import { UsageError } from "../output/usageError";

/** Options that every command has. */
export interface CommonArguments {
  customers?: string;
  stack?: string;
  json: boolean;
  debug: boolean;
}

/** What a command works with, all of it handed in: no command reads the clock or the process. */
export interface CommandContext {
  terminal: Terminal;
  environment: Readonly<Record<string, string | undefined>>;
  /** The project's folder. */
  directory: string;
  /** UTC. */
  today: IsoDate;
  /** Now, to tell a lock's age. */
  now: Date;
}

/** One command of the script. */
export interface Command<Arguments extends CommonArguments = CommonArguments> {
  /** As yargs wants it: `access [customer]`. */
  usage: string;
  describe: string;
  /** Its own options and examples. */
  build: (yargs: Argv) => Argv;
  /** @throws ProblemsError | UsageError | EngineError, which cli.ts tells. */
  run(args: Arguments, context: CommandContext): Promise<ExitCode> | ExitCode;
}

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

/** As problems name it: relative to where the person is. */
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
 * @throws UsageError when it is no day.
 */
export function asOfDay(asOf: string | undefined, { today }: CommandContext): IsoDate {
  if (asOf === undefined) return today;
  if (isCalendarDay(asOf)) return asOf;
  throw new UsageError(
    `expected a day for --as-of, got ${JSON.stringify(asOf)}`,
    `Write it as YYYY-MM-DD, e.g. ${today}.`,
  );
}
