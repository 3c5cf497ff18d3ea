// A vendor's files compared with the template: what is to be written, and what was changed by hand and stays.
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { satisfies, valid } from "semver";
import { errorCode } from "../../src/errorCode";
import { PROGRAM } from "../../src/invocation";
import { readFileText, withFileErrors } from "../files/writeAtomic";
import { textHash } from "./record";
import type { TemplateFile } from "./template";

const MANIFEST = "package.json";

/**
 * - `current`: as the template has it, or the vendor's own.
 * - `new`: the template has it, and the vendor does not yet.
 * - `behind`: as an earlier version wrote it, and the template has changed since.
 * - `kept`: changed or deleted by hand, and the template has changed since; it stays.
 * - `foreign`: there before the first `init`, with another text.
 */
export type FileState = "current" | "new" | "behind" | "kept" | "foreign";

export interface ComparedFile extends TemplateFile {
  state: FileState;
  /** What is there now; undefined when nothing is. */
  present: string | undefined;
}

/**
 * Compares each file of the template with what a folder has.
 *
 * @param written - hashes by path, of the record; undefined before the first `init`.
 * @param overwrite - paths that get the template's text, whatever is there.
 * @throws UsageError when a file cannot be read.
 */
export function compareFiles(
  directory: string,
  files: readonly TemplateFile[],
  written: Readonly<Record<string, string>> | undefined,
  overwrite: ReadonlySet<string>,
): ComparedFile[] {
  return files.map((file) => {
    const present = readPresent(join(directory, file.path));
    const exact = written === undefined ? withExactVersion(file, present) : undefined;
    if (exact !== undefined) return { ...file, text: exact, present, state: "behind" };
    return { ...file, present, state: stateOf(file, present, written, overwrite) };
  });
}

function stateOf(
  { path, text, once }: TemplateFile,
  present: string | undefined,
  written: Readonly<Record<string, string>> | undefined,
  overwrite: ReadonlySet<string>,
): FileState {
  const next = textHash(text);
  if (present !== undefined && textHash(present) === next) return "current";
  if (overwrite.has(path)) return present === undefined ? "new" : "behind";
  const before = written?.[path];
  if (before === undefined) {
    if (present === undefined) return "new";
    return path === MANIFEST && dependencyOnUs(present) !== undefined ? "current" : "foreign";
  }
  // What was deleted or changed by hand is the vendor's: the template's text is offered once, when it changes.
  if (once || before === next) return "current";
  return present !== undefined && textHash(present) === before ? "behind" : "kept";
}

/**
 * What earlier runs wrote and the template no longer has, e.g. for a stack that was removed, as far as it is there.
 *
 * @returns paths, in code-unit order.
 */
export function leftFiles(
  directory: string,
  written: Readonly<Record<string, string>> | undefined,
  files: readonly TemplateFile[],
): string[] {
  const wanted = new Set(files.map(({ path }) => path));
  return Object.keys(written ?? {})
    .filter((path) => !wanted.has(path) && readPresent(join(directory, path)) !== undefined)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** What a package.json asks for of this package; `npm install ecr-customers` has made it already. */
function dependencyOnUs(text: string): unknown {
  try {
    const { dependencies } = JSON.parse(text) as { dependencies?: Record<string, unknown> };
    return dependencies?.[PROGRAM];
  } catch {
    return undefined;
  }
}

/**
 * The package.json that npm has made, with the version that the template names instead of a range: with a range, an
 * upgrade need not change the file, and would be in no pull request to review.
 */
function withExactVersion({ path, text }: TemplateFile, present = ""): string | undefined {
  if (path !== MANIFEST) return undefined;
  const [range, version] = [dependencyOnUs(present), dependencyOnUs(text)];
  if (typeof range !== "string" || typeof version !== "string") return undefined;
  if (valid(range) !== null || !satisfies(version, range)) return undefined;
  return present.replace(
    `${JSON.stringify(PROGRAM)}: ${JSON.stringify(range)}`,
    `${JSON.stringify(PROGRAM)}: ${JSON.stringify(version)}`,
  );
}

/** A link counts as something that is there, and is never followed. */
function readPresent(file: string): string | undefined {
  try {
    if (!lstatSync(file).isFile()) return "";
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
  return withFileErrors(file, () => readFileText(file).text);
}
