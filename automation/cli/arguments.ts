import yargs, { type Argv } from "yargs";
import { INVOCATION, PROGRAM } from "../../src/invocation";
import type { Command, CommonArguments } from "./command";
import { EXIT_CODES_HELP } from "./exitCode";
import { UsageError } from "../output/usageError";

const WIDTH = 100;

/** Words that stand for several commands, as `keys` for `keys rotate` and `keys status`. */
const GROUPS: Readonly<Record<string, string>> = {
  keys: "Customers' access keys: see them, add the next one, retire the old one",
};

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
  const parser = yargs()
    .scriptName(INVOCATION)
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
  addCommands(parser, commands, (command) => (chosen = command));

  const result: { error?: Error; args?: unknown; shown: string } = { shown: "" };
  const args = parser.parse([...argv], {}, (error, _parsed, shown) => {
    Object.assign(result, { error: error ?? undefined, shown });
  });
  if (result.error !== undefined) throw mistake(result.error.message, argv, commands);
  if (chosen === undefined) return { shown: result.shown };
  return { command: chosen, args: args as unknown as CommonArguments };
}

/** yargs' own words, but where they do not say what is missing; and where there is help. */
function mistake(
  message: string,
  argv: readonly string[],
  commands: readonly Command[],
): UsageError {
  const words = argv.filter((arg) => !arg.startsWith("-"));
  const meant = [words.slice(0, 2), words.slice(0, 1)]
    .map((some) => some.join(" "))
    .find((name) => commands.some((command) => `${nameOf(command)} `.startsWith(`${name} `)));
  const command = commands.find((one) => nameOf(one) === meant);
  const isShort = message.startsWith("Not enough non-option arguments") && command !== undefined;
  const help = [PROGRAM, meant, "--help"].filter(Boolean).join(" ");
  return new UsageError(
    isShort ? `expected \`${command.usage}\`` : message,
    `\`${help}\` shows what there is.`,
  );
}

/** `keys rotate` of `keys rotate <customer>`. */
export function nameOf({ usage }: Pick<Command, "usage">): string {
  return usage.split(/ [<[]/)[0] ?? usage;
}

/**
 * Adds all commands in their order, those of a group inside of it.
 *
 * @param choose - called with the one that the command line names.
 */
function addCommands(
  parser: Argv,
  commands: readonly Command[],
  choose: (command: Command) => void,
): void {
  for (const command of commands) {
    const [group = "", member] = nameOf(command).split(" ");
    if (member === undefined) {
      parser.command(command.usage, command.describe, command.build, () => {
        choose(command);
      });
      continue;
    }
    const members = commands.filter((one) => nameOf(one).startsWith(`${group} `));
    if (members[0] !== command) continue;
    parser.command(group, GROUPS[group] ?? "", (inner: Argv) => {
      for (const { usage, ...one } of members) {
        const own = usage.slice(group.length + 1);
        inner.command(own, one.describe, one.build, () => {
          choose({ usage, ...one });
        });
      }
      const names = members.map(nameOf);
      for (const name of names) inner.example(`$0 ${name} --help`, "");
      return inner.demandCommand(1, `Say which command: ${names.join(", ")}.`);
    });
  }
}
