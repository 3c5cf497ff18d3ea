// The branch of a renewal: one commit on top of the checked-out one.
import { commitFile, gitIn, pathInRepository, REMOTE, remoteHead } from "../files/git";

const AUTHOR = { name: "customer renewals", email: "renewals@users.noreply.github.com" };

/** A file of the repository, as the checked-out commit has it. */
export interface CommittedFile {
  /** From the repository's root. */
  path: string;
  text: string;
}

/** What a branch holds beside the checked-out commit. */
export interface BranchCommit {
  branch: string;
  path: string;
  text: string;
  message: string;
}

/** @param file - relative to the directory. @throws UsageError when git does not have it. */
export function committedFile(directory: string, file: string): CommittedFile {
  const path = pathInRepository(directory, file);
  return { path, text: gitIn(directory)(["show", `HEAD:${path}`]) };
}

/** The commit that a branch of the remote has; empty without one. @throws UsageError */
export function branchHead(directory: string, branch: string): string {
  return remoteHead(gitIn(directory), branch);
}

/**
 * Pushes a branch with one commit.
 *
 * The commit has the time of the one below it, so that it has the same id whoever makes it: of two runs at once
 * the second one pushes what is there already.
 *
 * @param seen - what `branchHead` gave before it was decided to push: a branch that has changed since is refused.
 * @throws UsageError when the push is refused.
 */
export function pushBranch(
  directory: string,
  { branch, path, text, message }: BranchCommit,
  seen: string,
): void {
  const git = gitIn(directory);
  const head = ["show", "--no-patch", "--no-show-signature", "--format=%H %cI", "HEAD"];
  const [parent = "", date = ""] = git(head).trim().split(" ");
  const commit = commitFile(directory, { parent, path, text, message, author: AUTHOR, date });
  const ref = `refs/heads/${branch}`;
  git(["push", "--quiet", `--force-with-lease=${ref}:${seen}`, REMOTE, `${commit}:${ref}`]);
}
