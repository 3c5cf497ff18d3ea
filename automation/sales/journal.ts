// All files or none, also when the process is killed in between. Before the first file is written,
// a journal with the old and new content of each is put into the folder of customer files, in one step.
// While it is there, no command reads the folder, since every entry of it counts
// (src/customers/load.ts), and the next import rolls back what was written.
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../src/errorCode";
import { CUSTOMER_ID, IMPORT_JOURNAL } from "../../src/customers/entries";
import { printable } from "../../src/printable";
import { UsageError } from "../output/usageError";
import { ledgerFile } from "./ledger";

/** A file by its role, so that a journal cannot name an arbitrary path. */
export type Target = { customer: string } | { ledger: string };

/** One file to write. */
export interface PlannedWrite {
  target: Target;
  /** What it holds; null when there is none. */
  before: string | null;
  after: string;
}

const VERSION = 1;
const SYSTEM = /^[a-z0-9][a-z0-9-]{0,31}$/;

const journalShape = z.strictObject({
  version: z.literal(VERSION),
  writes: z.array(
    z.strictObject({
      target: z.union([
        z.strictObject({ customer: z.string().regex(CUSTOMER_ID) }),
        z.strictObject({ ledger: z.string().regex(SYSTEM) }),
      ]),
      before: z.string().nullable(),
      after: z.string(),
    }),
  ),
});

/** Where a target is, for a folder of customer files. */
export function targetPath(folder: string, target: Target): string {
  if ("ledger" in target) return ledgerFile(folder, target.ledger);
  return join(folder, `${target.customer}.yaml`);
}

/**
 * Writes all files, or leaves all as they were. The caller holds the lock.
 *
 * @param folder - of the customer files; created when it is missing.
 * @throws UsageError when a file is not as the plan saw it, or cannot be written.
 */
export function writeAll(folder: string, writes: readonly PlannedWrite[]): void {
  if (writes.length === 0) return;
  for (const { target, before } of writes) {
    const path = targetPath(folder, target);
    if (textAt(path) === before) continue;
    throw new UsageError(
      `${printable(path)} was changed during the import`,
      "Nothing was written. Import again.",
    );
  }
  for (const { target } of writes)
    mkdirSync(dirname(targetPath(folder, target)), { recursive: true });
  mkdirSync(folder, { recursive: true });
  const journal = join(folder, IMPORT_JOURNAL);
  const draft = `${journal}.tmp`;
  try {
    replace(draft, JSON.stringify({ version: VERSION, writes }), true);
    renameSync(draft, journal);
    for (const { target, after } of writes) replace(targetPath(folder, target), after);
    rmSync(journal);
  } catch (error) {
    takeBack(folder);
    const code = errorCode(error) ?? String(error);
    throw new UsageError(
      `the files could not be written: ${printable(code)}`,
      "Nothing was changed. Check the disk and the permissions, and import again.",
    );
  }
}

/**
 * Rolls back what an import that was killed has written. The caller holds the lock.
 *
 * @returns whether there was one.
 * @throws UsageError when one of the files was edited since.
 */
export function takeBack(folder: string): boolean {
  const journal = join(folder, IMPORT_JOURNAL);
  rmSync(`${journal}.tmp`, { force: true });
  const text = textAt(journal);
  if (text === null) return false;
  const restored = readJournal(text, journal).map(({ target, before, after }) => {
    const path = targetPath(folder, target);
    const now = textAt(path);
    if (now !== null && now !== before && !isPartOf(now, after) && !isPartOf(now, before)) {
      throw new UsageError(
        `an import was killed while writing, and ${printable(path)} was edited since`,
        `Restore the files from version control, delete ${printable(journal)}, and import again.`,
      );
    }
    return { path, before, now };
  });
  for (const { path, before, now } of restored) {
    if (before === now) continue;
    if (before === null) rmSync(path);
    else replace(path, before);
  }
  rmSync(journal);
  return true;
}

/** Whether an import was killed while it wrote, or is writing now. */
export function isHalfWritten(folder: string): boolean {
  const journal = join(folder, IMPORT_JOURNAL);
  return existsSync(journal) || existsSync(`${journal}.tmp`);
}

function readJournal(text: string, journal: string): PlannedWrite[] {
  try {
    return journalShape.parse(JSON.parse(text)).writes;
  } catch {
    throw new UsageError(
      `${printable(journal)} was not written by an import`,
      "Restore the folder from version control, delete that file, and import again.",
    );
  }
}

/** The kill may have come in the middle of one write. */
function isPartOf(text: string, whole: string | null): boolean {
  return whole?.startsWith(text) === true;
}

/** In place, so that permissions stay; never through a symbolic link. */
function replace(path: string, text: string, sync = false): void {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const handle = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644);
  try {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; done += writeSync(handle, bytes, done));
    if (sync) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
