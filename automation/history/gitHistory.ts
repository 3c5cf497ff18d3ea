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
  const log = git(["log", ...OF_BRANCH, `--format=${COMMIT_FORMAT}`]);
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
  let before: string | undefined;
  return commits.flatMap((commit, at): Changed[] => {
    // `<blob> blob <size>`, or `<what was asked> missing`.
    const answer = answers[commits.length - 1 - at] ?? "";
    const blob = /^(\S+) blob \d+$/.exec(answer)?.[1];
    if (blob === before) return [];
    before = blob;
    return [{ commit, blob }];
  });
}

/** One git for all versions. */
function versionsOf(git: Git, commits: readonly Commit[], path: string, id: string): Version[] {
  const changed = changesOfFile(git, commits, path);
  const wanted = changed.flatMap(({ blob }) => (blob === undefined ? [] : [`${blob}\n`]));
  const answer = wanted.length === 0 ? "" : git(["cat-file", "--batch"], wanted.join(""), "latin1");
  let at = 0;
  return changed.map(({ commit, blob }) => {
    if (blob === undefined) return { commit, customer: undefined };
    const start = answer.indexOf("\n", at) + 1;
    const size = Number(/ blob (\d+)$/.exec(answer.slice(at, start - 1))?.[1] ?? 0);
    at = start + size + 1;
    const bytes = Buffer.from(answer.slice(start, start + size), "latin1");
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
