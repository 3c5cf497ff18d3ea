import type { Argv } from "yargs";
import type { IsoDate } from "../../src/customers/model";
import type { ExitCode } from "./exitCode";
import type { Terminal } from "../output/terminal";

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
