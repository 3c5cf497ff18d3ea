// The branch of a renewal: one commit on top of the checked-out one, made without touching the working tree.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable } from "../../src/printable";
import { UsageError } from "../output/usageError";

const REMOTE = "origin";
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

/** @throws UsageError when git does not have it. */
export function committedFile(directory: string, file: string): CommittedFile {
  const git = gitIn(directory);
  const prefix = git(["rev-parse", "--show-prefix"]).trim();
  const path = `${prefix}${file}`;
  return { path, text: git(["show", `HEAD:${path}`]) };
}

/** The commit that a branch of the remote has; empty for a branch that does not exist. @throws UsageError */
export function remoteHead(directory: string, branch: string): string {
  const listed = gitIn(directory)(["ls-remote", REMOTE, `refs/heads/${branch}`]);
  return listed.split("\t")[0] ?? "";
}

/**
 * Pushes a branch with one commit.
 *
 * The commit has the time of the one below it, so that it has the same id whoever makes it: of two runs at once
 * the second one pushes what is there already.
 *
 * @param seen - what `remoteHead` gave before it was decided to push: a branch that has changed since is refused.
 * @throws UsageError when the push is refused.
 */
export function pushBranch(
  directory: string,
  { branch, path, text, message }: BranchCommit,
  seen: string,
): void {
  const folder = mkdtempSync(join(tmpdir(), "renewal-"));
  try {
    const date = gitIn(directory)([
      "show",
      "--no-patch",
      "--no-show-signature",
      "--format=%cI",
    ]).trim();
    const git = gitIn(directory, {
      GIT_INDEX_FILE: join(folder, "index"),
      ...Object.fromEntries(
        ["AUTHOR", "COMMITTER"].flatMap((who) => [
          [`GIT_${who}_NAME`, AUTHOR.name],
          [`GIT_${who}_EMAIL`, AUTHOR.email],
          [`GIT_${who}_DATE`, date],
        ]),
      ),
    });
    git(["read-tree", "HEAD"]);
    const blob = git(["hash-object", "-w", "--stdin"], text).trim();
    const mode = git(["ls-files", "--stage", "--", `:/${path}`]).split(" ")[0] ?? "100644";
    git(["update-index", "--cacheinfo", `${mode},${blob},${path}`]);
    const tree = git(["write-tree"]).trim();
    const commit = git(["commit-tree", tree, "-p", "HEAD"], message).trim();
    const ref = `refs/heads/${branch}`;
    git(["push", "--quiet", `--force-with-lease=${ref}:${seen}`, REMOTE, `${commit}:${ref}`]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Git = (argv: readonly string[], input?: string) => string;

function gitIn(directory: string, more: Readonly<Record<string, string>> = {}): Git {
  return (argv, input = "") => {
    try {
      return execFileSync("git", argv, {
        cwd: directory,
        encoding: "utf8",
        env: { ...process.env, ...more },
        input,
        stdio: ["pipe", "pipe", "pipe"],
      });
    } catch (error) {
      const { stderr = "" } = error as { stderr?: string };
      const [line = ""] = (stderr || String(error)).split("\n");
      throw new UsageError(
        `git ${argv[0] ?? ""} failed: ${printable(line)}`,
        "Run it in a clone of the repository that holds the customer files, with `origin` as its remote.",
      );
    }
  };
}
