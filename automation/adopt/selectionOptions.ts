import type { Argv } from "yargs";
import type { Selection } from "../../src/adopt/selection";
import { UsageError } from "../output/usageError";
import { readSource } from "./sources/readSource";
import type { Source } from "./sources/source";
import { readTable } from "./table";

/** Which of those who can pull become customers, as the command line says it. */
export interface SelectionArguments {
  users?: string;
  path?: string;
  tag?: string;
  accounts?: string;
  from?: string;
  map?: string;
}

/** The options that select; `--map` alone, the others together. */
export function selectionOptions(yargs: Argv): Argv {
  return yargs
    .option("users", {
      type: "string",
      requiresArg: true,
      describe: "IAM users whose name matches a regular expression",
    })
    .option("path", {
      type: "string",
      requiresArg: true,
      describe: "IAM users whose path begins so, e.g. /partners/",
    })
    .option("tag", {
      type: "string",
      requiresArg: true,
      describe:
        "IAM users with this tag, KEY=VALUE; several, separated by commas: with all of them",
    })
    .option("accounts", {
      type: "string",
      requiresArg: true,
      describe:
        "AWS accounts that repositories' policies name: numbers, separated by commas, or all",
    })
    .option("from", {
      type: "string",
      requiresArg: true,
      describe:
        "IAM users of another tool: a Terraform state, what `terraform show -json` or `pulumi stack export` prints, or a CSV of keys",
    })
    .option("map", {
      type: "string",
      requiresArg: true,
      describe: "a table of who becomes which customer, CSV, as --suggest writes it",
    })
    .check(({ map, users, path, tag, accounts, from }) => {
      const others = [users, path, tag, accounts, from].some((one) => one !== undefined);
      if (map !== undefined && others)
        throw new Error("--map cannot be combined with other selections");
      return true;
    });
}

/**
 * The selection of a command line. Secrets of another tool's state are read with it and not kept.
 *
 * @param directory - the project's folder, to which files are relative.
 * @throws UsageError for what is no regular expression, path, tag or account.
 * @throws ProblemsError with all problems of the table.
 */
export function selectionOf(
  { users, path, tag, accounts, from, map }: SelectionArguments,
  directory: string,
): Selection {
  if (map !== undefined) return { table: readTable(map, directory) };
  return {
    ...(users === undefined ? {} : { users: expression(users) }),
    ...(path === undefined ? {} : { path: pathOf(path) }),
    ...(tag === undefined ? {} : { tags: tag.split(",").map(tagOf) }),
    ...(accounts === undefined ? {} : { accounts: accountsOf(accounts) }),
    ...(from === undefined ? {} : { known: usersOf(readSource(from, directory)) }),
  };
}

/** Whether anyone is selected at all. */
export function selects({ users, path, tag, accounts, from, map }: SelectionArguments): boolean {
  return [users, path, tag, accounts, from, map].some((one) => one !== undefined);
}

/** By ARN; a table of keys has names only. */
function usersOf({ users }: Source): Set<string> {
  return new Set(users.map(({ name, arn }) => arn ?? name));
}

function expression(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `--users is not a regular expression: ${error.message}`,
      "Write e.g. `--users '^customer-'`.",
    );
  }
}

function pathOf(text: string): string {
  if (text.startsWith("/")) return text;
  throw new UsageError(
    `expected a path that begins with a slash for --path, got ${JSON.stringify(text)}`,
    "Write e.g. `--path /partners/`.",
  );
}

function tagOf(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(
    `expected KEY=VALUE for --tag, got ${JSON.stringify(text)}`,
    "Write e.g. `--tag role=customer`.",
  );
}

function accountsOf(text: string): "all" | Set<string> {
  if (text === "all") return "all";
  const numbers = text.split(",").map((one) => one.trim());
  const wrong = numbers.find((one) => !/^[0-9]{12}$/.test(one));
  if (wrong === undefined) return new Set(numbers);
  throw new UsageError(
    `expected numbers of AWS accounts for --accounts, got ${JSON.stringify(wrong)}`,
    "Write 12 digits for each, separated by commas, or `--accounts all`.",
  );
}
