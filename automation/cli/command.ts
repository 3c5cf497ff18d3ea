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

/** What a command works with, all of it passed in: no command reads the clock or the process. */
export interface CommandContext {
  terminal: Terminal;
  environment: Readonly<Record<string, string | undefined>>;
  /** The project's folder. */
  directory: string;
  /** UTC. */
  today: IsoDate;
  /** The current time, e.g. for a lock's age. */
  now: Date;
}

/** A command line without the program's own words, and what it is good for. */
export type Example = readonly [command: string, purpose: string];

/** What a command does, loaded when it is used. */
export interface Command<Arguments extends CommonArguments = CommonArguments> {
  examples: readonly Example[];
  /** Its own options. */
  build?: (yargs: Argv) => Argv;
  /** @throws ProblemsError | UsageError | EngineError, which the caller reports. */
  run(args: Arguments, context: CommandContext): Promise<ExitCode> | ExitCode;
}

/** What is known of a command without its code. */
export interface CommandEntry {
  /** As yargs wants it: `access [customer]`. */
  usage: string;
  /** One line, without a full stop. */
  describe: string;
  load(): Promise<Command>;
}

/** `keys rotate` of `keys rotate <customer>`. */
export function nameOf({ usage }: Pick<CommandEntry, "usage">): string {
  return usage.split(/ [<[]/)[0] ?? usage;
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
