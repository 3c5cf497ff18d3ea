import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "./isAlive";

/** Folders of ours, and those of Pulumi's Automation API, which does not delete them when it is killed either. */
const NAMES = /^(ecr-customers|automation-logs)-/;

/** In each folder: the process that it belongs to. */
const OWNER_FILE = ".ecr-customers-owner";

/** Runs `work` with a new temporary folder, and deletes it afterwards. @param purpose - becomes part of its name. */
export async function withTemporaryFolder<T>(
  purpose: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `ecr-customers-${purpose}-`));
  try {
    markOwned(folder);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Marks a temporary folder as one of this process, so that it is deleted even if this process is killed. */
export function markOwned(folder: string): void {
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify({ host: hostname(), pid: process.pid }));
}

/** Deletes temporary folders that killed processes have left. What cannot be read or deleted is left. */
export function sweepTemporaryFolders(): void {
  const names = readdirSync(tmpdir()).filter((name) => NAMES.test(name));
  for (const name of names) {
    const folder = join(tmpdir(), name);
    try {
      if (isOwnFolder(lstatSync(folder)) && isAbandoned(folder)) {
        rmSync(folder, { recursive: true, force: true });
      }
    } catch {
      // It has no owner, or has been deleted in the meantime.
    }
  }
}

/** Temporary folders may be shared with other users: theirs, and links, are not touched. */
function isOwnFolder(stats: Stats): boolean {
  return stats.isDirectory() && stats.uid === process.getuid?.();
}

/** Process ids of other hosts and containers say nothing here. */
function isAbandoned(folder: string): boolean {
  const text = readFileSync(join(folder, OWNER_FILE), "utf8");
  const { host, pid } = JSON.parse(text) as { host?: unknown; pid?: unknown };
  return host === hostname() && typeof pid === "number" && !isAlive(pid);
}
