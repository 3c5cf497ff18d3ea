// Ids of former customers, which are never used again: a user re-created under an old name would be
// taken for the old one by whoever reads logs, records and policies.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { errorCode, readFailure } from "../errorCode";
import { quoted } from "../printable";
import { problemIn, type Problem } from "../problem";
import { isCalendarDay } from "./isoDate";
import { CUSTOMER_ID } from "./entries";
import type { IsoDate } from "./model";

/** In the project's folder, beside the stacks' settings. */
export const RETIRED_FILE = "retired-customers.txt";

const HEAD = `# Ids of customers that were off-boarded, each with the day. They are never used again: a file
# with one of them is a problem. \`ecr-customers offboard <customer>\` adds to this list.
`;

const FIX = "Restore the file from its history; `ecr-customers offboard <customer>` writes it.";

interface RetiredIds {
  /** Id → day on which its file was removed. */
  ids: ReadonlyMap<string, IsoDate>;
  problems: Problem[];
}

/** Reads the list of a project's folder; without the file no customer was off-boarded yet. Never throws. */
export function loadRetired(directory: string): RetiredIds {
  const path = join(directory, RETIRED_FILE);
  const file = relative(process.cwd(), path);
  try {
    return parseRetired(readFileSync(path, "utf8"), file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { ids: new Map(), problems: [] };
    const expected = `a readable list, got ${readFailure(error)}`;
    return { ids: new Map(), problems: [problem(file, 1, expected)] };
  }
}

/**
 * Reads the list: on each line an id and a day, or a comment. Lines, because that list only grows, and two
 * branches that add to it merge.
 *
 * @param file - as the user knows it, for problems.
 */
export function parseRetired(text: string, file: string): RetiredIds {
  const ids = new Map<string, IsoDate>();
  const problems: Problem[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    if (/^\s*(#|$)/.test(line)) return;
    const [id = "", day = "", ...more] = line.trim().split(/\s+/);
    if (CUSTOMER_ID.test(id) && isCalendarDay(day) && more.length === 0) ids.set(id, day);
    else problems.push(problem(file, at + 1, `an id and a day as YYYY-MM-DD, got ${quoted(line)}`));
  });
  return { ids, problems };
}

/**
 * Adds an id to the list's text, in sorted order.
 *
 * @param text - empty for a new list.
 */
export function withRetired(text: string, id: string, day: IsoDate): string {
  const lines = (text === "" ? HEAD : text).trimEnd().split("\n");
  const after = lines.findIndex((line) => !line.startsWith("#") && line > `${id} `);
  lines.splice(after < 0 ? lines.length : after, 0, `${id} ${day}`);
  return `${lines.join("\n")}\n`;
}

function problem(file: string, line: number, expected: string): Problem {
  const message = `expected ${expected}`;
  return problemIn(file, "retired-list", message, FIX, { line, column: 1 });
}
