// The versions of a customer's file, from git: as they came into the checked-out branch.
import { execFileSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { parseCustomer } from "../../src/customers/parse";
import type { IsoTime } from "../../src/customers/model";
import type { Commit, Version } from "../../src/history/model";
import { errorCode } from "../../src/errorCode";
import { UsageError } from "../output/usageError";

/** Longest answer of git: all versions of a file of at most 64 KiB. */
const MOST_BYTES = 256 * 1024 * 1024;

export const COMMIT_FORMAT = ["%H", "%an", "%s"].join("%x00");

/** The oldest first, whatever the user's own git is set to. */
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
 * @throws UsageError without git, or where the folder is in no repository.
 */
export function fileHistory(folder: string, id: string): FileHistory {
  const git = gitIn(dirname(folder));
  const path = `./${basename(folder)}/${id}.yaml`;
  const isShallow = git(["rev-parse", "--is-shallow-repository"]).trim() === "true";
  const isEdited = git(["status", "--porcelain", "--", path]).trim() !== "";
  const times = timesOnBranch(git);
  const log = git(["log", ...OF_BRANCH, `--format=${COMMIT_FORMAT}`, "--", path]);
  const commits = log.split("\n").flatMap((line) => (line === "" ? [] : commitOf(line, times)));
  return { versions: versionsOf(git, commits, path, id), isShallow, isEdited };
}

/**
 * When each commit came into the branch: not before the one before it, whatever the clock said of the machine
 * that made it.
 */
export function timesOnBranch(git: Git): ReadonlyMap<string, IsoTime> {
  let latest = 0;
  const lines = git(["log", ...OF_BRANCH, "--format=%H %ct"])
    .split("\n")
    .filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [id = "", seconds = "0"] = line.split(" ");
      latest = Math.max(latest, Number(seconds));
      return [id, new Date(latest * 1000).toISOString().replace(".000Z", "Z")];
    }),
  );
}

function commitOf(line: string, times: ReadonlyMap<string, IsoTime>): Commit[] {
  const [id = "", author = "", subject = ""] = line.split("\0");
  const at = times.get(id);
  return at === undefined ? [] : [{ id, at, author, subject }];
}

/** One git for all versions. */
function versionsOf(git: Git, commits: readonly Commit[], path: string, id: string): Version[] {
  const wanted = commits.map((commit) => `${commit.id}:${path}\n`).join("");
  const answer = git(["cat-file", "--batch"], wanted, "latin1");
  let at = 0;
  return commits.map((commit) => {
    const end = answer.indexOf("\n", at);
    // `<blob> blob <size>`, or `<what was asked> missing` where the commit deleted the file.
    const size = / blob (\d+)$/.exec(answer.slice(at, end))?.[1];
    at = end + 1;
    if (size === undefined) return { commit, customer: undefined };
    const bytes = Buffer.from(answer.slice(at, at + Number(size)), "latin1");
    at += Number(size) + 1;
    return { commit, customer: parseCustomer(bytes, id, `${id}.yaml`).customer ?? "unreadable" };
  });
}

export type Git = (argv: readonly string[], input?: string, encoding?: "utf8" | "latin1") => string;

/** Runs git in a folder. @throws UsageError without git, or where the folder is in no repository with commits. */
export function gitIn(directory: string): Git {
  return (argv, input = "", encoding = "utf8") => {
    try {
      return execFileSync("git", argv, {
        cwd: directory,
        encoding,
        input,
        maxBuffer: MOST_BYTES,
        stdio: ["pipe", "pipe", "ignore"],
      });
    } catch (error) {
      if (errorCode(error) === "ENOENT") {
        throw new UsageError("git is not installed", "The history of customer files is in git.");
      }
      throw new UsageError(
        `git ${argv[0] ?? ""} failed: the customer files are not in a git repository with commits`,
        "Run it in a clone of the repository that holds them.",
      );
    }
  };
}
