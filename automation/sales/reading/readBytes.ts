// The bytes of an export's file, as far as it is not too large.
import { readFileSync, statSync } from "node:fs";
import { readFailure } from "../../../src/errorCode";
import { problemIn, type Problem } from "../../../src/problem";

/** Largest export that is read, in bytes. 100,000 rows of 40 columns have about 60 MiB. */
const MAX_EXPORT_BYTES = 256 * 1024 * 1024;

/** The bytes of an export, or why there are none. */
export function readBytes(path: string, file: string): Uint8Array | Problem {
  try {
    const { size } = statSync(path);
    if (size <= MAX_EXPORT_BYTES) return readFileSync(path);
    const message = `expected at most ${MAX_EXPORT_BYTES / 1024 / 1024} MiB, got ${Math.ceil(size / 1024 / 1024)}`;
    return problemIn(file, "export-size", message, "Export the mapped columns only.");
  } catch (error) {
    return problemIn(
      file,
      "export-readable",
      `expected a readable file, got ${readFailure(error)}`,
      "Check its path.",
    );
  }
}
