// The table that says which principal becomes which customer: written for a reviewer, then read.
import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Puller } from "../../src/adopt/puller";
import type { Wanted } from "../../src/adopt/selection";
import { CUSTOMER_ID, RESERVED_ID } from "../../src/customers/entries";
import { customerDefinition } from "../../src/customers/definition";
import { readFailure } from "../../src/errorCode";
import { quoted } from "../../src/printable";
import { problemIn, ProblemsError, type Problem } from "../../src/problem";
import { toCsv } from "../output/csv";

/** The columns that are read; others are for the reviewer. */
const COLUMNS = ["principal", "customer id", "name", "source system", "source id"] as const;
const FOR_REVIEW = ["repositories", "last use"];

/** One line for each user and account that can pull, with an id for those that are selected. */
export function suggestedTable(
  pullers: readonly Puller[],
  ids: ReadonlyMap<string, string>,
): string {
  const rows = pullers
    .filter(({ kind }) => kind === "user" || kind === "account")
    .map(({ principal, user, account, pulls }) => {
      const repositories = new Set(pulls.map((place) => place.split("@")[0] ?? ""));
      const uses = (user?.keys ?? []).flatMap(({ lastUsed }) => lastUsed?.at ?? []).sort();
      return [
        principal,
        ids.get(principal) ?? "",
        user?.tags?.["Name"] ?? user?.name ?? `AWS account ${account ?? ""}`,
        "",
        "",
        [...repositories].join(" "),
        uses.at(-1) ?? "",
      ];
    });
  return `${toCsv([[...COLUMNS, ...FOR_REVIEW], ...rows])}\n`;
}

/**
 * Reads a table. A line without a customer id stays as it is in AWS.
 *
 * @param file - relative to `directory`.
 * @returns principal → what it becomes.
 * @throws ProblemsError with every problem and its line.
 */
export function readTable(file: string, directory: string): Map<string, Wanted> {
  let rows: string[][];
  try {
    const text = readFileSync(resolve(directory, file));
    rows = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    const message = `expected a table in CSV, got ${error instanceof Error && "code" in error ? readFailure(error) : String(error)}`;
    throw new ProblemsError([problemIn(file, "map-readable", message, FIX)]);
  }
  const [head = [], ...lines] = rows;
  const places = COLUMNS.map((column) =>
    head.findIndex((one) => one.trim().toLowerCase() === column),
  );
  const missing = COLUMNS.filter((_, at) => places[at] === -1);
  if (missing.length > 0) {
    const message = `expected the columns ${COLUMNS.join(", ")}, got none called ${missing.join(", ")}`;
    throw new ProblemsError([problemIn(file, "map-columns", message, FIX, { line: 1, column: 1 })]);
  }
  const problems: Problem[] = [];
  const table = new Map<string, Wanted>();
  const ids = new Map<string, string>();
  lines.forEach((cells, index) => {
    const [principal = "", id = "", name = "", system = "", source = ""] = places.map(
      (at) => cells[at]?.trim() ?? "",
    );
    if (id === "") return;
    const add = (check: string, message: string, fix: string) => {
      const place = { line: index + 2, column: 1 };
      problems.push(problemIn(file, check, message, fix, place));
    };
    if (!CUSTOMER_ID.test(id) || RESERVED_ID.test(id)) {
      const message = `expected an id of 1 to 48 lower-case letters, digits and inner hyphens, got ${quoted(id)}`;
      add("map-id", message, "It becomes the file's name and never changes.");
    }
    if (ids.has(id)) {
      const message = `expected each id once, got ${quoted(id)} for ${quoted(ids.get(id) ?? "")} and ${quoted(principal)}`;
      add("map-id-unique", message, "Give each customer an id of its own.");
    }
    if (principal === "" || table.has(principal)) {
      const message = `expected each principal once, got ${quoted(principal)}`;
      add("map-principal", message, "Delete one of the lines.");
    }
    const wanted = { ...(name && { name }), ...(system && { source: { system, id: source } }) };
    const { name: names, source: sources } = customerDefinition.shape;
    if (wanted.name !== undefined && !names.safeParse(wanted.name).success) {
      add("map-name", `expected a name of 1 to 200 characters, got ${quoted(name)}`, FIX);
    }
    if ((system === "") !== (source === "") || !sources.safeParse(wanted.source).success) {
      const message = `expected a sales system and the record's id in it, or neither, got ${quoted(system)} and ${quoted(source)}`;
      add("map-source", message, "Write e.g. hubspot and 4711.");
    }
    ids.set(id, principal);
    table.set(principal, { id, ...wanted });
  });
  if (problems.length > 0) throw new ProblemsError(problems);
  return table;
}

const FIX = "`ecr-customers adopt --suggest FILE` writes a table to start from.";
