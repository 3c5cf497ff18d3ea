import { GitError, type Git } from "../files/git";

/**
 * Contents by hash, read by one git whatever their number.
 *
 * @param hashes - those of no file (all zeros) are left out.
 * @throws GitError when git does not have one of them: what cannot be read is not "no file".
 */
export function contents(git: Git, hashes: readonly string[]): ReadonlyMap<string, Buffer> {
  const wanted = [...new Set(hashes)].filter((hash) => !/^0+$/.test(hash));
  const found = new Map<string, Buffer>();
  if (wanted.length === 0) return found;
  const answer = git(["cat-file", "--batch"], wanted.map((hash) => `${hash}\n`).join(""), "latin1");
  let at = 0;
  for (const hash of wanted) {
    const end = answer.indexOf("\n", at);
    const [, size] = / blob (\d+)$/.exec(answer.slice(at, end)) ?? [];
    if (end === -1 || size === undefined) throw unreadable(`it does not have the blob ${hash}`);
    at = end + 1;
    found.set(hash, Buffer.from(answer.slice(at, at + Number(size)), "latin1"));
    at += Number(size) + 1;
  }
  return found;
}

/** What git printed is not what was asked for. */
export function unreadable(why: string): GitError {
  return new GitError(
    "failed",
    `the history of the customer files cannot be read from git: ${why}`,
    "Check the clone with `git fsck`, or make a new one with its whole history.",
  );
}
