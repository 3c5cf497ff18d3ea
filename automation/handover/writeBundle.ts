import {
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "../../src/errorCode";
import { UsageError } from "../output/usageError";

/** Always a new file: never an existing one, and never through a symbolic link. */
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Writes a bundle to a new file that only its owner may read. A file that could not be written is removed.
 *
 * @param shown - the path for messages.
 * @param formerKey - the key that an earlier bundle of this name held, and that the customer's key has replaced.
 * @throws UsageError when the file exists already, or the folder cannot be written to.
 */
export function writeBundle(
  file: string,
  bytes: Uint8Array,
  shown: string,
  formerKey?: string,
): void {
  let handle: number;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw notWritten(shown, error);
  }
  try {
    handle = openSync(file, NEW, 0o600);
  } catch (error) {
    const isThere = ["EEXIST", "ELOOP"].includes(errorCode(error) ?? "");
    throw isThere ? alreadyThere(shown, formerKey) : notWritten(shown, error);
  }
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } catch (error) {
    discardBundle(file);
    throw notWritten(shown, error);
  } finally {
    closeSync(handle);
  }
}

/** Removes a bundle that this run has written. */
export function discardBundle(file: string): void {
  unlinkSync(file);
}

function alreadyThere(shown: string, formerKey: string | undefined): UsageError {
  return new UsageError(
    `${shown} already exists`,
    formerKey === undefined
      ? "Nothing was overwritten. If its hand-over is recorded in the customer's file, send that bundle. Otherwise it is left from an interrupted run: move it away, and run this again."
      : `Nothing was overwritten. It holds key ${formerKey}, which was handed over before and is no longer this customer's key, or is left from an interrupted run: move it away, and run this again.`,
  );
}

function notWritten(shown: string, error: unknown): UsageError {
  return new UsageError(
    `${shown} cannot be written: ${errorCode(error) ?? "an error"}`,
    "Check the folder, or name another one with `--out`.",
  );
}
