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
import { printable, quoted } from "../printable";
import { problemIn, type Problem, sortProblems } from "../problem";
import { checkCustomer, checkTogether, type CheckedCustomer } from "./checks";
import type { Customer, IsoDate } from "./model";
import { parseCustomer, type ParsedCustomer } from "./parse";
import { MAX_FILE_BYTES } from "../yaml/text";

/** What a file's name may be, before `.yaml`: it becomes an IAM user name. */
export const CUSTOMER_ID = /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/;

/** Names that Windows reserves for devices, with any extension: the project could not be checked out there. */
export const RESERVED_ID = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** What an import puts into the folder of customer files while it writes them. */
export const IMPORT_JOURNAL = ".import-journal";

interface LoadedCustomers {
  /** In order of their ids. Complete only when there is no problem. */
  customers: Customer[];
  /** All problems of all files. */
  problems: Problem[];
}

/**
 * Reads all customers of a folder. Every entry counts: anything that is not a customer file is a problem, and
 * so is an empty folder, because a list that cannot be read must never mean "no customers".
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
    entries = readdirSync(directory, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const message = `expected a folder of customer files, got ${readFailure(error)}`;
    return { customers: [], problems: [folderProblem(directory, "folder", message)] };
  }
  if (entries.length === 0) {
    const message = "expected at least one customer file, got an empty folder";
    return { customers: [], problems: [folderProblem(directory, "folder", message)] };
  }
  const twins = new Map<string, string[]>();
  for (const { name } of entries) twins.set(fold(name), [...(twins.get(fold(name)) ?? []), name]);
  const problems = entries.flatMap((entry) => nameProblems(directory, entry, twins, retired));
  const checked: CheckedCustomer[] = [];
  const customers: Customer[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith(".yaml")) continue;
    const read = readNamed(directory, entry.name);
    problems.push(...read.problems);
    if (read.customer !== undefined) customers.push(read.customer);
    const { draft, root } = read;
    if (draft === undefined || root === undefined) continue;
    checked.push({ ...draft, root, file: shownPath(directory, entry.name) });
  }
  problems.push(...checked.flatMap((one) => checkCustomer(one, { config, today })));
  problems.push(...checkTogether(checked));
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

/** Follows no symbolic link, does not block on a pipe, and reads no more than a customer file may hold. */
function readFile(file: string): Uint8Array {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(handle).isFile())
      throw Object.assign(new Error(), { code: "something that is not a regular file" });
    const buffer = Buffer.allocUnsafe(MAX_FILE_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(handle, buffer, length, buffer.length - length, null);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}

/** @param twins - folded name → names that differ only in case. */
function nameProblems(
  directory: string,
  entry: Dirent,
  twins: ReadonlyMap<string, readonly string[]>,
  retired: ReadonlyMap<string, IsoDate>,
): Problem[] {
  const { name } = entry;
  const file = shownPath(directory, name);
  if (name.startsWith(IMPORT_JOURNAL)) {
    const message =
      "expected customer files only, got the journal of an import that was killed or is running";
    const fix =
      "Run `ecr-customers import <file> --mapping <mapping>` again: it rolls back the interrupted import first.";
    return [problemIn(file, "import-journal", message, fix)];
  }
  if (entry.isSymbolicLink()) {
    const fix = "Put the file itself here.";
    return [problemIn(file, "file-kind", "expected a customer file, got a symbolic link", fix)];
  }
  if (!entry.isFile()) {
    const kind = entry.isDirectory() ? "a folder" : "something that is not a regular file";
    const fix = "Move it elsewhere: this folder holds only customer files, without subfolders.";
    return [problemIn(file, "file-kind", `expected a customer file, got ${kind}`, fix)];
  }
  if (!name.endsWith(".yaml")) {
    const likely = name.endsWith(".yml") ? freeName(name.slice(0, -4), name, twins) : "`<id>.yaml`";
    const fix = `Rename it to ${likely}, or move it elsewhere.`;
    return [
      problemIn(file, "file-name", `expected a name that ends in .yaml, got ${quoted(name)}`, fix),
    ];
  }
  const twin = twins.get(fold(name))?.find((other) => other !== name);
  if (twin !== undefined) {
    const message = `expected ids that differ in more than case, got ${quoted(name)} beside ${quoted(twin)}`;
    return [
      problemIn(
        file,
        "id-unique",
        message,
        "Rename one: IAM names that differ only in case count as equal.",
      ),
    ];
  }
  const id = name.slice(0, -".yaml".length);
  if (RESERVED_ID.test(id)) {
    const message = `expected an id that is a valid file name on every system, got ${quoted(id)}, a device name on Windows`;
    return [
      problemIn(
        file,
        "id-reserved",
        message,
        `Rename the file, e.g. to ${freeName(id, name, twins)}.`,
      ),
    ];
  }
  if (!CUSTOMER_ID.test(id)) {
    const message = `expected an id of 1 to 48 lower-case letters, digits and inner hyphens, got ${quoted(name)}`;
    return [
      problemIn(file, "id", message, `Rename the file, e.g. to ${freeName(id, name, twins)}.`),
    ];
  }
  const ended = retired.get(id);
  if (ended !== undefined) {
    const message = `expected an id that was never used, got ${quoted(id)}, off-boarded on ${ended}`;
    const fix = `Give a new customer another id; to finish an off-boarding that was interrupted, run \`ecr-customers offboard ${id}\`.`;
    return [problemIn(file, "id-retired", message, fix)];
  }
  return [];
}

/** The id that is most like a text and that no file has, as a file's name. */
function freeName(
  text: string,
  own: string,
  taken: ReadonlyMap<string, readonly string[]>,
): string {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, "-").slice(0, 45);
  const id = slug.replace(/^-+|-+$/g, "") || "acme-robotics";
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${id}.yaml` : `${id}-${number}.yaml`;
    const isFree = taken.get(name)?.every((other) => other === own) ?? true;
    if (isFree && !RESERVED_ID.test(name.slice(0, -".yaml".length))) return name;
  }
}

function fold(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function folderProblem(directory: string, check: string, message: string): Problem {
  const fix = "Check `customers` in the stack's settings and the folder you are in.";
  return problemIn(directory, check, message, fix);
}
