// `npm run customers -- <command>`, started by customers.mjs: reads the command line, runs the command, tells how it ended.
import { parseArguments } from "./cli/arguments";
import type { Command, CommandContext } from "./cli/command";
import { access } from "./commands/access";
import { cells } from "./commands/cells";
import { destroy } from "./commands/destroy";
import { doctor } from "./commands/doctor";
import { handover } from "./commands/handover";
import { importCommand } from "./commands/import";
import { keysRetire } from "./commands/keysRetire";
import { keysRotate } from "./commands/keysRotate";
import { keysStatus } from "./commands/keysStatus";
import { offboard } from "./commands/offboard";
import { outputs } from "./commands/outputs";
import { preview } from "./commands/preview";
import { resume } from "./commands/resume";
import { revoke } from "./commands/revoke";
import { suspend } from "./commands/suspend";
import { sync } from "./commands/sync";
import { unlock } from "./commands/unlock";
import { up } from "./commands/up";
import { validate } from "./commands/validate";
import { tellError } from "./cli/errorReport";
import { ExitCode } from "./cli/exitCode";
import { processStreams } from "./cli/processStreams";
import { stackNames } from "./files/stackFiles";
import { StreamTerminal } from "./output/terminal";
import { InvokedTerminal } from "./output/terminals";

/** All commands, in the order of the help text. */
export const COMMANDS: readonly Command[] = [
  validate,
  access,
  preview,
  up,
  outputs,
  unlock,
  destroy,
  cells,
  suspend,
  resume,
  offboard,
  revoke,
  keysStatus,
  keysRotate,
  keysRetire,
  handover,
  doctor,
  importCommand,
  sync,
];

/**
 * Runs the script once.
 *
 * @param argv - without the program's own name.
 * @returns what the process ends with.
 */
export async function main(argv: readonly string[], outer: CommandContext): Promise<ExitCode> {
  let context = withHints(outer);
  // Before the arguments are understood; what they say counts only once they are.
  const debug = argv.includes("--debug");
  try {
    const parsed = parseArguments(argv, COMMANDS);
    if (parsed.shown !== undefined) {
      context.terminal.print(parsed.shown);
      return ExitCode.done;
    }
    context = withHints(outer, parsed.args.stack);
    return await parsed.command.run(parsed.args, context);
  } catch (error) {
    tellError(error, context, debug);
    return ExitCode.failed;
  }
}

/** Commands in messages as they work here; of several stacks, for the one of this run. */
function withHints(context: CommandContext, asked?: string): CommandContext {
  const { directory, terminal } = context;
  const stack = asked !== undefined && stackNames(directory).length > 1 ? asked : undefined;
  return { ...context, terminal: new InvokedTerminal(terminal, { stack }) };
}

function processContext(): CommandContext {
  const now = new Date();
  return {
    terminal: new StreamTerminal(processStreams(), process.env),
    environment: process.env,
    directory: process.cwd(),
    today: now.toISOString().slice(0, "YYYY-MM-DD".length),
    now,
  };
}

/** Runs the script once, as this process. */
export async function run(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processContext());
}

if (require.main === module) void run();
