// The versions of a customer's file, from git: as they came into the checked-out branch.
import { basename, dirname } from "node:path";
import { parseCustomer } from "../../src/customers/parse";
import type { Commit, Version } from "../../src/history/model";
import { gitIn, type Git } from "../files/git";
import { contents, unreadable } from "./contents";

/** Options of `git log`: the oldest first, whatever the user's own git is set to. */
export const OF_BRANCH = ["--no-color", "--no-show-signature", "--first-parent", "--reverse"];

/** What git knows of a file. */
export interface FileHistory {
  versions: Version[];
  /** Earlier commits are not on this machine. */
  isShallow: boolean;
  /** The file in the working tree is not the one of the last commit. */
  isEdited: boolean;
}

/**
 * Reads all versions of a customer's file. Of a merged pull request the merge counts, because with it the change came
 * into the branch that updates are made from.
 *
 * @param folder - of the customer files, absolute.
 * @throws GitError without git, where the folder is in no repository with commits, or when git cannot read it.
 */
export function fileHistory(folder: string, id: string): FileHistory {
  const git = gitIn(dirname(folder));
  const path = `./${basename(folder)}/${id}.yaml`;
  const isShallow = git(["rev-parse", "--is-shallow-repository"]).trim() === "true";
  const isEdited = git(["status", "--porcelain", "--", path]).trim() !== "";
  const commits = commitsOnBranch(git);
  return { versions: versionsOf(git, commits, path, id), isShallow, isEdited };
}

/**
 * The commits of the checked-out branch, each with the time when it came into the branch: not before the one before
 * it, whatever the clock said of the machine that made it.
 */
export function commitsOnBranch(git: Git): Commit[] {
  let latest = 0;
  const lines = git(["log", ...OF_BRANCH, "--format=%ct%x00%H%x00%an%x00%s"]).split("\n");
  return lines.filter(Boolean).map((line) => {
    const [seconds = "0", id = "", author = "", subject = ""] = line.split("\0");
    latest = Math.max(latest, Number(seconds));
    const at = new Date(latest * 1000).toISOString().replace(".000Z", "Z");
    return { id, at, author, subject };
  });
}

/** A commit that has another file than the one before it. */
interface Changed {
  commit: Commit;
  /** Id of the file's content; undefined: the commit deleted it. */
  blob: string | undefined;
}

/**
 * Asks for the file of every commit. `git log` with its path compares two trees a commit instead, which takes longer:
 * the tree of a folder with 5,000 files is large. The newest are asked for first, which is how packs are read fastest.
 */
function changesOfFile(git: Git, commits: readonly Commit[], path: string): Changed[] {
  const wanted = commits.map((commit) => `${commit.id}:${path}\n`).reverse();
  const answers = git(["cat-file", "--batch-check"], wanted.join("")).split("\n");
  // `<blob> blob <size>`, or `<what was asked> missing`.
  const found = commits.map((commit, at) => ({
    commit,
    blob: /^(\S+) blob \d+$/.exec(answers[commits.length - 1 - at] ?? "")?.[1],
  }));
  const isSame = (at: number, other: number) => found[at]?.blob === found[other]?.blob;
  for (const [at, { commit, blob }] of found.entries()) {
    const isEndOfRun = at === 0 || !isSame(at, at - 1) || !isSame(at, at + 1);
    if (blob === undefined && isEndOfRun) requireAbsent(git, commit, path);
  }
  return found.filter(({ blob }, at) => (at === 0 ? blob !== undefined : !isSame(at, at - 1)));
}

/** "Missing" is also what git says of a file that the commit has and that is damaged. @throws GitError */
function requireAbsent(git: Git, { id }: Commit, path: string): void {
  const listed = git(["ls-tree", id, "--", path]).trim();
  const blob = / blob ([0-9a-f]+)\t/.exec(listed)?.[1];
  if (blob !== undefined) throw unreadable(`it does not have the blob ${blob}`);
}

/** One git for all versions. */
function versionsOf(git: Git, commits: readonly Commit[], path: string, id: string): Version[] {
  const changed = changesOfFile(git, commits, path);
  const hashes = changed.flatMap(({ blob }) => blob ?? []);
  const texts = contents(git, hashes);
  return changed.map(({ commit, blob }) => {
    const bytes = texts.get(blob ?? "");
    if (bytes === undefined) return { commit, customer: undefined };
    return { commit, customer: parseCustomer(bytes, id, `${id}.yaml`).customer ?? "unreadable" };
  });
}
