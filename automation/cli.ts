#!/usr/bin/env node
// `npm run customers -- <command>`, started by customers.mjs: reads the command line, runs the command, reports how it ended.
import { projectFolder } from "../src/package";
import { parseArguments } from "./cli/arguments";
import type { CommandContext } from "./cli/command";
import { reportError } from "./cli/errorReport";
import { ExitCode } from "./cli/exitCode";
import { exitWhenWritten, processStreams } from "./cli/processStreams";
import { COMMANDS } from "./commandTable";
import { oneDocument } from "./output/json";
import { StreamTerminal, type Streams } from "./output/terminal";
import { CollectedResults, InvokedTerminal } from "./output/terminals";

/**
 * Runs the script once.
 *
 * @param argv - without the program's own name.
 * @returns the process's exit code.
 */
export async function main(argv: readonly string[], outer: CommandContext): Promise<ExitCode> {
  let context = withHints(outer);
  // An argument that cannot be understood is reported as JSON, too, where JSON was asked for.
  let options = { json: asksForJson(argv), debug: argv.includes("--debug") };
  const printed: string[] = [];
  try {
    const parsed = await parseArguments(argv, COMMANDS);
    if (parsed.shown !== undefined) {
      context.terminal.print(parsed.shown);
      return ExitCode.done;
    }
    options = parsed.args;
    context = withHints(outer, await stackToName(outer.directory, parsed.args.stack));
    if (!options.json) return await parsed.command.run(parsed.args, context);
    // Printed at the end: whatever happens, standard output is one document.
    const terminal = new CollectedResults(context.terminal, printed);
    const code = await parsed.command.run(parsed.args, { ...context, terminal });
    context.terminal.print(oneDocument(printed));
    return code;
  } catch (error) {
    reportError(error, context, options, printed);
    return ExitCode.failed;
  }
}

/** Whether the words of a command line that cannot be read as a whole contain `--json`. */
function asksForJson(argv: readonly string[]): boolean {
  return argv.some((word) => word === "--json" || word === "--json=true");
}

/** Commands in messages as they work here. */
function withHints(context: CommandContext, stack?: string): CommandContext {
  return { ...context, terminal: new InvokedTerminal(context.terminal, { stack }) };
}

/** The stack that commands in messages have to name: that of this run, if there are several. */
async function stackToName(
  directory: string,
  asked: string | undefined,
): Promise<string | undefined> {
  if (asked === undefined) return undefined;
  const { stackNames } = await import("./files/stackFiles.js");
  return stackNames(directory).length > 1 ? asked : undefined;
}

function processContext(streams: Streams): CommandContext {
  const now = new Date();
  return {
    terminal: new StreamTerminal(streams, process.env),
    environment: process.env,
    directory: projectFolder(),
    today: now.toISOString().slice(0, "YYYY-MM-DD".length),
    now,
  };
}

/** Runs the script once, as this process. */
export async function run(): Promise<void> {
  const streams = processStreams();
  process.exitCode = await main(process.argv.slice(2), processContext(streams));
  if (streams.wasInterrupted()) await exitWhenWritten(streams);
}

if (require.main === module) void run();
