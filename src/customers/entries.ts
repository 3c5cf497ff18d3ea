// What may be in the folder of customer files, judged by names and kinds, before any file is read.
import type { Dirent } from "node:fs";
import { quoted } from "../printable";
import { problemIn, type Problem } from "../problem";
import type { IsoDate } from "./model";

/** What a file's name may be, before `.yaml`: it becomes an IAM user name. */
export const CUSTOMER_ID = /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/;

/** Names that Windows reserves for devices, with any extension: the project could not be checked out there. */
export const RESERVED_ID = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/** What an import puts into the folder of customer files while it writes them. */
export const IMPORT_JOURNAL = ".import-journal";

/** The one file in the folder that is not a customer: it keeps an empty folder in git, and shows an example. */
const FOLDER_README = "README.md";

/** Entries that may be customers: all but the folder's README.md, if that is a regular file. */
export function customerEntries(entries: readonly Dirent[]): Dirent[] {
  return entries.filter((entry) => !(entry.name === FOLDER_README && entry.isFile()));
}

/** Folded name → the names that are equal to it but for case. */
type Twins = ReadonlyMap<string, readonly string[]>;

/** An entry of the folder, and what it is judged by. */
interface Candidate {
  entry: Dirent;
  name: string;
  /** The name without its extension, if that is the right one. */
  id: string;
  twins: Twins;
  retired: ReadonlyMap<string, IsoDate>;
}

type Finding = Pick<Problem, "check" | "message" | "fix">;

/** The rules of an entry, in their order: the first that finds something is reported. */
const RULES: readonly ((candidate: Candidate) => Finding | undefined)[] = [
  ({ name }) =>
    name.startsWith(IMPORT_JOURNAL)
      ? {
          check: "import-journal",
          message:
            "expected customer files only, got the journal of an import that was killed or is running",
          fix: "Run `ecr-customers import <file> --mapping <mapping>` again: it rolls back the interrupted import first.",
        }
      : undefined,
  ({ entry }) =>
    entry.isSymbolicLink()
      ? {
          check: "file-kind",
          message: "expected a customer file, got a symbolic link",
          fix: "Put the file itself here.",
        }
      : undefined,
  ({ entry }) =>
    entry.isFile()
      ? undefined
      : {
          check: "file-kind",
          message: `expected a customer file, got ${entry.isDirectory() ? "a folder" : "something that is not a regular file"}`,
          fix: "Move it elsewhere: this folder holds only customer files, without subfolders.",
        },
  ({ name, twins }) => {
    if (name.endsWith(".yaml")) return undefined;
    const likely = name.endsWith(".yml") ? freeName(name.slice(0, -4), name, twins) : "`<id>.yaml`";
    return {
      check: "file-name",
      message: `expected a name that ends in .yaml, got ${quoted(name)}`,
      fix: `Rename it to ${likely}, or move it elsewhere.`,
    };
  },
  ({ name, twins }) => {
    const twin = twins.get(fold(name))?.find((other) => other !== name);
    if (twin === undefined) return undefined;
    return {
      check: "id-unique",
      message: `expected ids that differ in more than case, got ${quoted(name)} beside ${quoted(twin)}`,
      fix: "Rename one: IAM names that differ only in case count as equal.",
    };
  },
  ({ id, name, twins }) =>
    RESERVED_ID.test(id)
      ? {
          check: "id-reserved",
          message: `expected an id that is a valid file name on every system, got ${quoted(id)}, a device name on Windows`,
          fix: `Rename the file, e.g. to ${freeName(id, name, twins)}.`,
        }
      : undefined,
  ({ id, name, twins }) =>
    CUSTOMER_ID.test(id)
      ? undefined
      : {
          check: "id",
          message: `expected an id of 1 to 48 lower-case letters, digits and inner hyphens, got ${quoted(name)}`,
          fix: `Rename the file, e.g. to ${freeName(id, name, twins)}.`,
        },
  ({ id, retired }) => {
    const ended = retired.get(id);
    if (ended === undefined) return undefined;
    return {
      check: "id-retired",
      message: `expected an id that was never used, got ${quoted(id)}, off-boarded on ${ended}`,
      fix: `Give a new customer another id; to finish an off-boarding that was interrupted, run \`ecr-customers offboard ${id}\`.`,
    };
  },
];

/**
 * What is wrong with the entries of the folder: at most one problem each.
 *
 * @param retired - ids that are never used again, with the day of their off-boarding.
 * @param shown - an entry's path as problems name it.
 */
export function entryProblems(
  entries: readonly Dirent[],
  retired: ReadonlyMap<string, IsoDate>,
  shown: (name: string) => string,
): Problem[] {
  const twins = new Map<string, string[]>();
  for (const { name } of entries) twins.set(fold(name), [...(twins.get(fold(name)) ?? []), name]);
  return entries.flatMap((entry) => {
    const { name } = entry;
    const candidate = { entry, name, id: name.slice(0, -".yaml".length), twins, retired };
    for (const rule of RULES) {
      const found = rule(candidate);
      if (found !== undefined) {
        return [problemIn(shown(name), found.check, found.message, found.fix)];
      }
    }
    return [];
  });
}

/** The id that is most like a text and that no file has, as a file's name. */
function freeName(text: string, own: string, taken: Twins): string {
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
