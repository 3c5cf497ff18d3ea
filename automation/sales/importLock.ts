// One import at a time: of two that run side by side, each would plan with files that the other one
// changes.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isAlive } from "../files/isAlive";
import { errorCode } from "../../src/errorCode";
import { printable } from "../../src/printable";
import { ageText } from "../engine/stackLock";
import { UsageError } from "../output/usageError";

const NAME = ".lock";

const ownerShape = z.object({ pid: z.number(), host: z.string(), since: z.iso.datetime() });
type Owner = z.infer<typeof ownerShape>;

/** Reports a lock that was left behind. */
export type Warn = (message: string) => void;

/**
 * Runs `work` while holding the lock of a folder.
 *
 * The lock of a process on this machine that has ended is taken over, which is reported. Whether another
 * machine's process is alive cannot be known here: an operator has to decide.
 *
 * @param folder - of the ledgers; created when it is missing.
 * @param what - the kind of run that holds it, for messages.
 * @throws UsageError when another import holds it: who, for how long, and what to do.
 */
export async function withImportLock<T>(
  folder: string,
  now: Date,
  warn: Warn,
  work: () => Promise<T>,
  what = "import",
): Promise<T> {
  const lock = join(folder, NAME);
  mkdirSync(folder, { recursive: true });
  const own = JSON.stringify({ pid: process.pid, host: hostname(), since: now.toISOString() });
  while (!tryLock(lock, own)) {
    const text = textOf(lock);
    if (text === undefined) continue;
    const owner = ownerOf(text);
    if (owner === undefined || !isDead(owner)) throw heldBy(owner, lock, now, what);
    breakLock(lock, text);
    warn(
      `Took over the lock of ${ownerText(owner)}, which has ended; it started ${ageOf(owner, now)} ago.`,
    );
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A link appears with its content or not at all: a lock is never seen without its owner. */
function tryLock(lock: string, own: string): boolean {
  const made = `${lock}.${process.pid}`;
  writeFileSync(made, own);
  try {
    linkSync(made, lock);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(made, { force: true });
  }
}

/**
 * Renames before removing: of two that find the lock left behind only one gets the rename. A slow
 * one may rename the lock that the fast one has just taken; it puts that one back.
 */
function breakLock(lock: string, stale: string): void {
  const aside = `${lock}.stale-${process.pid}`;
  try {
    renameSync(lock, aside);
    if (textOf(aside) !== stale) linkSync(aside, lock);
  } catch {
    // Another process was faster.
  }
  rmSync(aside, { force: true });
}

function ownerOf(text: string): Owner | undefined {
  try {
    return ownerShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isDead({ pid, host }: Owner): boolean {
  return host === hostname() && !isAlive(pid);
}

function heldBy(owner: Owner | undefined, lock: string, now: Date, what: string): UsageError {
  const who = owner === undefined ? "an unknown process" : ownerText(owner);
  const age = owner === undefined ? "" : ` for ${ageOf(owner, now)}`;
  return new UsageError(
    `another ${what} is running: ${who} holds ${printable(lock)}${age}`,
    `Wait for it. If that ${what} is no longer running, delete that file and run this again.`,
  );
}

function ageOf({ since }: Owner, now: Date): string {
  return ageText(new Date(since), now);
}

function ownerText({ pid, host }: Owner): string {
  return printable(`process ${pid} on ${host}`);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
