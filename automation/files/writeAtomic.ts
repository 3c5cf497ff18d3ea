import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { errorCode } from "../../src/errorCode";
import { isAlive } from "./isAlive";
import { UsageError } from "../output/usageError";

/** A file's text, and its mode, which a replacement keeps. */
interface FileText {
  text: string;
  mode: number;
}

/** Reads a file without following symbolic links. @throws as node:fs does. */
export function readFileText(file: string): FileText {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return { text: readFileSync(handle, "utf8"), mode: fstatSync(handle).mode & 0o777 };
  } finally {
    closeSync(handle);
  }
}

/**
 * Replaces or creates a file atomically: readers see the old text or the new one, never a part of it, even
 * if this process is killed or the machine loses power.
 *
 * @param workspace - folder on the same file system for the temporary file; temporary files of this file
 *   that killed runs have left there are removed.
 */
export function writeAtomic(file: string, { text, mode }: FileText, workspace: string): void {
  removeLeftOvers(basename(file), workspace);
  const temporary = join(workspace, `.${basename(file)}.${process.pid}.tmp`);
  try {
    const handle = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(handle, text);
      fchmodSync(handle, mode);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Those of other processes that still run are in use. */
function removeLeftOvers(name: string, workspace: string): void {
  for (const entry of readdirSync(workspace)) {
    const pid = entry.startsWith(`.${name}.`) ? /\.([0-9]+)\.tmp$/.exec(entry)?.[1] : undefined;
    if (pid === undefined) continue;
    const isInUse = Number(pid) !== process.pid && isAlive(Number(pid));
    if (!isInUse) rmSync(join(workspace, entry), { force: true });
  }
}

/** Runs `change`. @throws UsageError when the file system refuses it. */
export function withFileErrors<T>(file: string, change: () => T): T {
  try {
    return change();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    throw new UsageError(`${file} cannot be changed: ${code}`, "Check its permissions.");
  }
}
