import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../../automation/files/isAlive";
import { errorCode } from "../../src/errorCode";

/** How long a lock may lack its owner's pid before it counts as left behind by a crash. */
const UNOWNED_MS = 10_000;
const POLL_MS = 200;

/**
 * Runs `work` while holding a lock directory, so that two processes never install into the same
 * place. A virtual environment holds absolute paths, so the usual solution (install elsewhere, then
 * rename) does not work. A lock whose owner is dead is taken over.
 *
 * @param lock path of the lock directory; its parent must exist.
 * @param waiting called once, with the owner's pid, when another process holds the lock.
 */
export async function withInstallLock<T>(
  lock: string,
  work: () => Promise<T>,
  waiting: (owner: number) => void = () => {},
): Promise<T> {
  let isReported = false;
  while (!(await tryLock(lock))) {
    const owner = await ownerOf(lock);
    if (owner === "stale") {
      await breakLock(lock);
      continue;
    }
    if (owner !== undefined && !isReported) {
      isReported = true;
      waiting(owner);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function tryLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
  await writeFile(join(lock, "pid"), String(process.pid));
  return true;
}

/** The running owner's pid; "stale" when it has ended; undefined when the lock was just created or removed. */
async function ownerOf(lock: string): Promise<number | "stale" | undefined> {
  const text = await readFile(join(lock, "pid"), "utf8").catch(() => "");
  if (text !== "") return isAlive(Number(text)) ? Number(text) : "stale";
  const made = await stat(lock).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > UNOWNED_MS ? "stale" : undefined;
}

/**
 * Renames before removing: of two waiters that both find the lock stale only one gets the rename.
 * A slow waiter may rename the lock that the quick one has just taken; it then restores it.
 */
async function breakLock(lock: string): Promise<void> {
  const aside = `${lock}.stale-${process.pid}-${Date.now()}`;
  await rename(lock, aside).catch(() => undefined);
  if (typeof (await ownerOf(aside)) === "number") await rename(aside, lock).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}
