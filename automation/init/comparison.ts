// A vendor's files compared with the template: what is to be written, and what was changed by hand and stays.
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../src/errorCode";
import { readFileText, withFileErrors } from "../files/writeAtomic";
import { textHash } from "./record";
import type { TemplateFile } from "./template";

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
    return path === "package.json" && dependsOnUs(present) ? "current" : "foreign";
  }
  // What was deleted or changed by hand is the vendor's: the template's text is offered once, when it changes.
  if (once || before === next) return "current";
  return present !== undefined && textHash(present) === before ? "behind" : "kept";
}

/** `npm install ecr-customers` has made the package.json already. */
function dependsOnUs(text: string): boolean {
  try {
    const { dependencies } = JSON.parse(text) as { dependencies?: Record<string, unknown> };
    return dependencies?.["ecr-customers"] !== undefined;
  } catch {
    return false;
  }
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
