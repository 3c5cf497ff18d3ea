import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Dirent,
} from "node:fs";
import { join } from "node:path";
import { readFailure } from "../errorCode";
import type { StackConfig } from "../config";
import { printable } from "../printable";
import { problemIn, type Problem, sortProblems } from "../problem";
import { checkCustomer, checkTogether, type CheckedCustomer } from "./checks";
import { customerEntries, entryProblems } from "./entries";
import { withOwnHandOvers } from "./handedOver";
import type { Customer, IsoDate } from "./model";
import { parseCustomer, type ParsedCustomer } from "./parse";
import { MAX_FILE_BYTES } from "../yaml/text";

const FOLDER_FIX = "Check `customers` in the stack's settings and the folder you are in.";

interface LoadedCustomers {
  /** In order of their ids. Complete only when there is no problem. */
  customers: Customer[];
  /** All problems of all files. */
  problems: Problem[];
}

/**
 * Reads all customers of a folder. Every entry but README.md counts: anything that is not a customer file is a
 * problem, and so is a folder without any, because a list that cannot be read must never mean "no customers".
 *
 * @param directory - relative to the working directory, or absolute; problems name it as given.
 * @param retired - ids that are never used again, with the day of their off-boarding.
 */
export function loadCustomers(
  directory: string,
  config: StackConfig,
  today: IsoDate,
  retired: ReadonlyMap<string, IsoDate> = new Map(),
): LoadedCustomers {
  let entries: Dirent[];
  try {
    entries = customerEntries(readdirSync(directory, { withFileTypes: true }));
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const message = `expected a folder of customer files, got ${readFailure(error)}`;
    return { customers: [], problems: [problemIn(directory, "folder", message, FOLDER_FIX)] };
  }
  if (entries.length === 0) {
    const message = "expected at least one customer file, got an empty folder";
    const fix = `Add the first customer as ${join(directory, "<id>.yaml")}, with \`name\` and \`repositories\`. If there were customers before, restore their files: without a file no update runs, so that no one loses access by accident.`;
    return { customers: [], problems: [problemIn(directory, "folder", message, fix)] };
  }
  const problems = entryProblems(entries, retired, (name) => shownPath(directory, name));
  const checked: CheckedCustomer[] = [];
  const customers: Customer[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".yaml")) continue;
    const read = readNamed(directory, entry.name);
    problems.push(...read.problems);
    if (read.customer !== undefined) {
      customers.push(withOwnHandOvers(read.customer, config.stack));
    }
    const { draft, root } = read;
    if (draft === undefined || root === undefined) continue;
    const customer = withOwnHandOvers(draft.customer, config.stack);
    checked.push({ ...draft, customer, root, file: shownPath(directory, entry.name) });
  }
  problems.push(...checked.flatMap((one) => checkCustomer(one, { config, today })));
  problems.push(...checkTogether(checked, config));
  return {
    customers: customers.sort((a, b) => (a.id < b.id ? -1 : 1)),
    problems: sortProblems(problems),
  };
}

/** As the user knows it; a file's name may hold anything. */
function shownPath(directory: string, name: string): string {
  return printable(join(directory, name));
}

/** Reads one customer's file, as `loadCustomers` does. Never throws. */
export function readCustomerFile(directory: string, id: string): ParsedCustomer {
  return readNamed(directory, `${id}.yaml`);
}

function readNamed(directory: string, name: string): ParsedCustomer {
  const file = shownPath(directory, name);
  try {
    const id = name.slice(0, -".yaml".length);
    return parseCustomer(readFile(join(directory, name)), id, file);
  } catch (error) {
    const message = `expected a readable file, got ${readFailure(error)}`;
    return { problems: [problemIn(file, "file-readable", message, "Check its permissions.")] };
  }
}

/** One for all files: 64 KiB for each of thousands would keep the garbage collector busy. */
const BUFFER = Buffer.allocUnsafe(MAX_FILE_BYTES + 1);

/** Follows no symbolic link, does not block on a pipe, and reads no more than a customer file may hold. */
function readFile(file: string): Uint8Array {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(handle).isFile())
      throw Object.assign(new Error(), { code: "something that is not a regular file" });
    let length = 0;
    for (let read = -1; read !== 0 && length < BUFFER.length; length += read) {
      read = readSync(handle, BUFFER, length, BUFFER.length - length, null);
    }
    return Buffer.from(BUFFER.subarray(0, length));
  } finally {
    closeSync(handle);
  }
}
