// Git, as far as the script writes with it: commits of one file that leave the working tree and its index alone.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable } from "../../src/printable";
import { UsageError } from "../output/usageError";

/** Name of the remote that branches are pushed to. */
export const REMOTE = "origin";

/** Runs git and gives what it prints. @throws UsageError with git's first line when it fails. */
export type Git = (argv: readonly string[], input?: string) => string;

/** Git in a folder. @param more - variables of its environment. */
export function gitIn(directory: string, more: Readonly<Record<string, string>> = {}): Git {
  return (argv, input = "") => {
    try {
      return execFileSync("git", argv, {
        cwd: directory,
        encoding: "utf8",
        env: { ...process.env, ...more },
        input,
        maxBuffer: 64 * 1024 * 1024,
        stdio: ["pipe", "pipe", "pipe"],
      });
    } catch (error) {
      const { stderr = "" } = error as { stderr?: string };
      const lines = (stderr || String(error)).split("\n");
      const line = lines.find((one) => /rejected|fatal|error/.test(one)) ?? lines[0] ?? "";
      throw new UsageError(
        `git ${argv[0] ?? ""} failed: ${printable(line.trim())}`,
        `Run it in a clone of the repository that holds the customer files, with \`${REMOTE}\` as its remote.`,
      );
    }
  };
}

/** The commit that a branch of the remote has; empty for a branch that does not exist. @throws UsageError */
export function remoteHead(git: Git, branch: string): string {
  return git(["ls-remote", REMOTE, `refs/heads/${branch}`]).split("\t")[0] ?? "";
}

/** A commit that changes one file. */
export interface FileCommit {
  /** The commit below it; empty for the first one of a branch. */
  parent: string;
  /** From the repository's root. */
  path: string;
  text: string;
  message: string;
  author: { name: string; email: string };
  /** As git reads dates. */
  date: string;
}

/** Makes a commit. The same values give the same commit. @returns its id. @throws UsageError */
export function commitFile(directory: string, commit: FileCommit): string {
  const { parent, path, text, message, author, date } = commit;
  const folder = mkdtempSync(join(tmpdir(), "ecr-customers-index-"));
  try {
    const who = ["AUTHOR", "COMMITTER"].flatMap((one) => [
      [`GIT_${one}_NAME`, author.name],
      [`GIT_${one}_EMAIL`, author.email],
      [`GIT_${one}_DATE`, date],
    ]);
    const environment = Object.fromEntries(who) as Record<string, string>;
    const git = gitIn(directory, { ...environment, GIT_INDEX_FILE: join(folder, "index") });
    git(["read-tree", parent === "" ? "--empty" : parent]);
    const mode = git(["ls-files", "--stage", "--", `:/${path}`]).split(" ")[0] || "100644";
    const blob = git(["hash-object", "-w", "--stdin"], text).trim();
    git(["update-index", "--add", "--cacheinfo", `${mode},${blob},${path}`]);
    const tree = git(["write-tree"]).trim();
    const below = parent === "" ? [] : ["-p", parent];
    return git(["commit-tree", tree, ...below], message).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
