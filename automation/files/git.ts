// The one place that runs git: what is read from it, and commits of one file that leave the working tree and its index
// alone.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { errorCode } from "../../src/errorCode";
import { printable } from "../../src/printable";
import { UsageError } from "../output/usageError";

/** Name of the remote that branches are pushed to. */
export const REMOTE = "origin";

/** Longest answer of git: all versions of all customer files. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** Why git did not answer. */
export type GitFailure = "not-installed" | "no-repository" | "no-commits" | "failed";

/** Git did not answer. */
export class GitError extends UsageError {
  constructor(
    readonly why: GitFailure,
    message: string,
    fix: string,
  ) {
    super(message, fix);
  }
}

/** Runs git and gives what it prints. @throws GitError when it fails. */
export type Git = (argv: readonly string[], input?: string, encoding?: "utf8" | "latin1") => string;

/** Git in a folder. @param more - variables of its environment. */
export function gitIn(directory: string, more: Readonly<Record<string, string>> = {}): Git {
  return (argv, input = "", encoding = "utf8") => {
    try {
      return execFileSync("git", argv, {
        cwd: directory,
        encoding,
        // Its messages in English, because they are what tells failures apart.
        env: { ...process.env, LC_ALL: "C", ...more },
        input,
        maxBuffer: MOST_BYTES,
        stdio: ["pipe", "pipe", "pipe"],
      });
    } catch (error) {
      throw gitError(error, argv[0] ?? "", directory);
    }
  };
}

const WITHOUT_COMMITS = /does not have any commits yet|(?:object name|argument|revision) 'HEAD'/;

function gitError(error: unknown, command: string, directory: string): GitError {
  if (errorCode(error) === "ENOENT" && existsSync(directory)) {
    const fix = "Install it: the history of customer files is in git.";
    return new GitError("not-installed", "git is not installed", fix);
  }
  const { stderr = "" } = error as { stderr?: string };
  const why = /not a git repository/i.test(stderr)
    ? "no-repository"
    : WITHOUT_COMMITS.test(stderr)
      ? "no-commits"
      : "failed";
  if (why !== "failed") {
    return new GitError(
      why,
      `git ${command} failed: the customer files are not in a git repository with commits`,
      "Run it in a clone of the repository that holds them.",
    );
  }
  const lines = (stderr || String(error)).split("\n");
  const line = lines.find((one) => /rejected|fatal|error/.test(one)) ?? lines[0] ?? "";
  return new GitError(
    why,
    `git ${command} failed: ${printable(line.trim())}`,
    `Run it in a clone of the repository that holds the customer files, with \`${REMOTE}\` as its remote.`,
  );
}

/**
 * The path of a file from the root of the repository that a folder is in.
 *
 * @param file - relative to the folder.
 * @throws GitError for a file outside of the repository.
 */
export function pathInRepository(directory: string, file: string): string {
  const prefix = gitIn(directory)(["rev-parse", "--show-prefix"]).replace(/\n$/, "");
  const path = posix.normalize(`${prefix}${file.replaceAll("\\", "/")}`);
  if (!path.startsWith("../") && !posix.isAbsolute(path)) return path;
  throw new GitError(
    "failed",
    `${printable(file)} is outside of the repository that ${printable(directory)} is in`,
    "Keep the customer files and the settings in one repository.",
  );
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
