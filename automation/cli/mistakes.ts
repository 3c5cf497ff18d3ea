import { PROGRAM } from "../../src/invocation";
import { nearest } from "../../src/yaml/nearest";
import { UsageError } from "../output/usageError";
import { nameOf, type CommandEntry } from "./command";

const UNKNOWN = /^Unknown (?:argument|command)s?: (.*)$/;

/** What a mistake is judged by. */
export interface Attempt {
  argv: readonly string[];
  commands: readonly CommandEntry[];
  /** The command that was meant; undefined when it is not clear. */
  entry: CommandEntry | undefined;
  /** Help of that command, or of all: it lists the options that there are. */
  help: () => string;
}

/**
 * What is wrong with a command line, and what was probably meant.
 *
 * @param message - yargs' own words, which stay where they say enough.
 */
export function mistake(message: string, attempt: Attempt): UsageError {
  const { entry } = attempt;
  const advice = lists(entry && nameOf(entry));
  if (message.startsWith("Not enough non-option arguments") && entry !== undefined) {
    return new UsageError(`expected \`${PROGRAM} ${entry.usage}\``, advice);
  }
  const [, unknown] = UNKNOWN.exec(message) ?? [];
  if (unknown === undefined) return new UsageError(message, advice);
  return unknownWord(unknown.split(", "), attempt, advice);
}

function unknownWord(words: readonly string[], attempt: Attempt, advice: string): UsageError {
  const { argv, entry, commands } = attempt;
  const option = words.find((word) => argv.some((arg) => isOption(arg, word)));
  if (option !== undefined) {
    const close = nearest(option, optionsIn(attempt.help()));
    const written = option.length === 1 ? `-${option}` : `--${option}`;
    return new UsageError(`there is no option ${written}`, meant(close && `--${close}`, advice));
  }
  const [first = ""] = words;
  if (entry !== undefined) return new UsageError(`unexpected argument ${first}`, advice);
  const names = commands.map(nameOf);
  const [group = "", member] = argv.filter((arg) => !arg.startsWith("-"));
  const isGroup = names.some((name) => name.startsWith(`${group} `));
  const typed = isGroup && member === first ? `${group} ${first}` : first;
  // A command of two words may also be meant by its first one.
  const close = nearest(`${group} ${member ?? ""}`.trimEnd(), names) ?? nearest(first, names);
  return new UsageError(
    `there is no command ${typed}`,
    meant(close && `${PROGRAM} ${close}`, isGroup ? lists(group) : advice),
  );
}

function isOption(arg: string, name: string): boolean {
  return [`--${name}`, `-${name}`].includes(arg) || arg.startsWith(`--${name}=`);
}

function meant(close: string | undefined, otherwise: string): string {
  return close === undefined ? otherwise : `Did you mean \`${close}\`?`;
}

/** Where everything is listed that a command, or the program without one, takes. */
function lists(command = ""): string {
  return `\`${[PROGRAM, command, "--help"].filter(Boolean).join(" ")}\` lists what there is.`;
}

/** Names of the options that a help text lists. */
function optionsIn(help: string): string[] {
  return [...help.matchAll(/^ +(?:-\w, )?--([a-z-]+)/gm)].map(([, name = ""]) => name);
}
