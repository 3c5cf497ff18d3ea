import yargs, { type Argv } from "yargs";
import { version } from "../../package.json";
import { INVOCATION } from "../../src/invocation";
import { nameOf, type Command, type CommandEntry, type CommonArguments } from "./command";
import { EXIT_CODES_HELP } from "./exitCode";
import { examplesText, HELP_WIDTH } from "./help";
import { mistake } from "./mistakes";

/** Words that stand for several commands, as `keys` for `keys rotate` and `keys status`. */
const GROUPS: Readonly<Record<string, string>> = {
  keys: "Show, rotate and retire customers' access keys",
  "pull-request": "In CI: what the preview of a pull request takes and writes",
};

/** Options that may be given several times. */
const LISTS = new Set(["take-over", "takeOver", "overwrite"]);

/** What was asked for: a command with its arguments, or a text to show. */
export type Parsed =
  { command: Command; args: CommonArguments; shown?: undefined } | { shown: string };

/**
 * Reads the command line; strict: an unknown command or option is an error. Of all commands only the
 * code of the one that is named gets loaded.
 *
 * @param commands - all of them, in the order of the help text.
 * @throws UsageError
 */
export async function parseArguments(
  argv: readonly string[],
  commands: readonly CommandEntry[],
): Promise<Parsed> {
  let entry: CommandEntry | undefined;
  const skeleton = commandLine(argv, commands, {
    build: (found, inner) => {
      entry = found;
      return inner;
    },
    choose: () => undefined,
  });
  const first = parse(skeleton, argv);
  // Help that belongs to no single command: yargs takes as long to lay it out as for all else.
  if (entry === undefined && first.error === undefined) return { shown: first.shown };
  const command = await entry?.load();

  const found = { isChosen: false };
  const parser = commandLine(argv, commands, {
    build: (one, inner) => (one === entry && command ? described(one, command, inner) : inner),
    choose: () => (found.isChosen = true),
  });
  const { error, args, shown } = parse(parser, argv);
  if (error !== undefined) {
    const help = () => parse(parser, [...(entry ? nameOf(entry).split(" ") : []), "--help"]).shown;
    throw mistake(error.message, { argv, commands, entry, help });
  }
  if (!found.isChosen || command === undefined) return { shown };
  return { command, args: args as CommonArguments };
}

/** What happens to a command that the command line names. */
interface Listener {
  /** Its own options. */
  build: (entry: CommandEntry, yargs: Argv) => Argv;
  /** It is to be run. */
  choose: () => void;
}

function commandLine(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  listener: Listener,
): Argv {
  const parser = yargs([...argv])
    // Commands are listed without the words that start the program: they would take half of each line.
    .scriptName("")
    // The texts are English; so are yargs' own, whatever the machine's language.
    .locale("en")
    .usage(
      `${INVOCATION} <command>\n\nShows and applies who may pull which container images, according to customers/.`,
    )
    .options({
      customers: { type: "string", requiresArg: true, describe: "folder of the customer files" },
      stack: {
        type: "string",
        requiresArg: true,
        describe: "the stack, as in Pulumi.<stack>.yaml; optional if there is only one",
      },
      json: { type: "boolean", default: false, describe: "print the result as JSON" },
      debug: { type: "boolean", default: false, describe: "show the engine's own output" },
    })
    .epilogue(EXIT_CODES_HELP)
    .demandCommand(1, 1, "Name a command.")
    .strict()
    // `--stack a --stack b` is a mistake, not a list.
    .check((args) => {
      const twice = Object.keys(args).find(
        (key) => key !== "_" && !LISTS.has(key) && Array.isArray(args[key]),
      );
      if (twice !== undefined) throw new Error(`--${twice} is given twice`);
      return true;
    })
    .version("version", "show the version", version)
    .help("help", "show this help")
    .wrap(HELP_WIDTH)
    .exitProcess(false);
  addCommands(parser, commands, listener);
  return parser;
}

function parse(parser: Argv, argv: readonly string[]) {
  const result: { error?: Error; args?: unknown; shown: string } = { shown: "" };
  result.args = parser.parse([...argv], {}, (error, _args, shown) => {
    Object.assign(result, { error: error ?? undefined, shown });
  });
  return result;
}

/** The command's help: how it is used, its options, its examples. */
function described({ usage, describe }: CommandEntry, command: Command, inner: Argv): Argv {
  const { build = (own: Argv) => own, examples } = command;
  return build(inner.usage(`${INVOCATION} ${usage}\n\n${describe}.`)).epilogue(
    examplesText(examples),
  );
}

/** Adds all commands in their order, those of a group inside of it. */
function addCommands(
  parser: Argv,
  commands: readonly CommandEntry[],
  { build, choose }: Listener,
): void {
  const add = (to: Argv, entry: CommandEntry, usage: string) =>
    to.command(usage, entry.describe, (inner: Argv) => build(entry, inner), choose);
  for (const entry of commands) {
    const [group = "", member] = nameOf(entry).split(" ");
    if (member === undefined) {
      add(parser, entry, entry.usage);
      continue;
    }
    const members = commands.filter((one) => nameOf(one).startsWith(`${group} `));
    if (members[0] !== entry) continue;
    parser.command(group, GROUPS[group] ?? "", (inner: Argv) => {
      inner.usage(`${INVOCATION} ${group} <command>\n\n${GROUPS[group] ?? ""}.`);
      for (const one of members) add(inner, one, one.usage.slice(group.length + 1));
      const names = members.map(nameOf);
      return inner
        .epilogue(examplesText(names.map((name) => [`${name} --help`, "its options and examples"])))
        .demandCommand(1, `Name a command: ${names.join(", ")}.`);
    });
  }
}
