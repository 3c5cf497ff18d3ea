import yargs from "yargs";
import type { Command, CommonArguments } from "./command";
import { EXIT_CODES_HELP } from "./exitCode";
import { UsageError } from "./usageError";

/** The program's name in help texts. */
export const PROGRAM = "ecr-customers";

const WIDTH = 100;

/** What the person asked for: a command with its arguments, or a text to show. */
export type Parsed =
  { command: Command; args: CommonArguments; shown?: undefined } | { shown: string };

/**
 * Reads the command line; strict: an unknown command or option is an error.
 *
 * @param commands - all of them, in the order of the help text.
 * @throws UsageError
 */
export function parseArguments(argv: readonly string[], commands: readonly Command[]): Parsed {
  let parser = yargs()
    .scriptName(PROGRAM)
    // The texts are English; so are yargs' own, whatever the machine's language.
    .locale("en")
    .usage(
      "$0 <command>\n\nWho may pull which of our images: shows and applies what customers/ says.",
    )
    .options({
      customers: { type: "string", requiresArg: true, describe: "folder of the customer files" },
      stack: {
        type: "string",
        requiresArg: true,
        describe: "the stack, as in Pulumi.<stack>.yaml; may be left out when there is only one",
      },
      json: { type: "boolean", default: false, describe: "print the result as JSON" },
      debug: { type: "boolean", default: false, describe: "show what the engine writes" },
    })
    .epilogue(EXIT_CODES_HELP)
    .demandCommand(1, 1, "Say which command.")
    .recommendCommands()
    .strict()
    // `--stack a --stack b` is a mistake, not a list.
    .check((args) => {
      const twice = Object.keys(args).find((key) => key !== "_" && Array.isArray(args[key]));
      if (twice !== undefined) throw new Error(`--${twice} is given twice`);
      return true;
    })
    .version(false)
    .help()
    .wrap(WIDTH)
    .exitProcess(false);
  let chosen: Command | undefined;
  for (const command of commands) {
    parser = parser.command(command.usage, command.describe, command.build, () => {
      chosen = command;
    });
  }

  const result: { error?: Error; args?: unknown; shown: string } = { shown: "" };
  const args = parser.parse([...argv], {}, (error, _parsed, shown) => {
    Object.assign(result, { error: error ?? undefined, shown });
  });
  if (result.error !== undefined) {
    const name = argv.find((arg) => commands.some(({ usage }) => usage.split(" ")[0] === arg));
    const help = `npm run customers -- ${name === undefined ? "" : `${name} `}--help`;
    throw new UsageError(result.error.message, `\`${help}\` shows what there is.`);
  }
  if (chosen === undefined) return { shown: result.shown };
  return { command: chosen, args: args as unknown as CommonArguments };
}
