// What was read of CloudTrail, kept on this machine, so that it is read once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_PULLS, type PullRecord } from "../../src/pulls/model";
import { UsageError } from "../output/usageError";
import { writeAtomic } from "../files/writeAtomic";
import { parsedJson } from "../output/json";

/** The folder for what can be read again, in the project's folder. Git ignores it. */
const FOLDER = ".ecr-customers";
const VERSION = 1;

/** Where a stack's pulls are kept. */
function pullsFile(directory: string, stack: string): string {
  return join(directory, FOLDER, `pulls-${stack}.json`);
}

/**
 * What earlier runs have read; nothing without a file.
 *
 * @throws UsageError for a file that this project has not written.
 */
export function readPulls(directory: string, stack: string): PullRecord {
  const file = pullsFile(directory, stack);
  if (!existsSync(file)) return NO_PULLS;
  const found = parsedJson(readFileSync(file, "utf8")) as
    (PullRecord & { version: number }) | undefined;
  if (found?.version === VERSION && Array.isArray(found.pulls)) {
    return { regions: found.regions, pulls: found.pulls };
  }
  throw new UsageError(
    `${file} cannot be read`,
    "Delete it: `ecr-customers pulls` reads the last 90 days from CloudTrail again.",
  );
}

/** Keeps what was read. It names customers' addresses: only this user can read the file. */
export function writePulls(directory: string, stack: string, record: PullRecord): void {
  const folder = join(directory, FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ignore = join(folder, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  const text = JSON.stringify({ version: VERSION, ...record });
  writeAtomic(pullsFile(directory, stack), { text, mode: 0o600 }, folder);
}
