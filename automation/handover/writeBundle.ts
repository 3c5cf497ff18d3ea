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

/** Only ever a new file: not one that is there, and not through a link that somebody has put there. */
const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Writes a bundle to a new file that only its owner may read; nothing is left of one that fails.
 *
 * @param shown - the file as the person knows it.
 * @throws UsageError when something is at that place already, or the folder cannot be written to.
 */
export function writeBundle(file: string, bytes: Uint8Array, shown: string): void {
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
    throw isThere ? alreadyThere(shown) : notWritten(shown, error);
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

/** Takes back a bundle that this run has written. */
export function discardBundle(file: string): void {
  unlinkSync(file);
}

function alreadyThere(shown: string): UsageError {
  return new UsageError(
    `${shown} is there already`,
    "Nothing is overwritten. If its hand-over is recorded, send that one; else it is of a run that was stopped: move it away and run this again.",
  );
}

function notWritten(shown: string, error: unknown): UsageError {
  return new UsageError(
    `${shown} cannot be written: ${errorCode(error) ?? "an error"}`,
    "Check the folder, or name another one with `--out`.",
  );
}
