// All customer files that changed since a day, in two calls of git whatever their number.
import { basename, dirname } from "node:path";
import { dayOf } from "../../src/customers/isoDate";
import { CUSTOMER_ID } from "../../src/customers/entries";
import type { IsoDate } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import type { Commit, Version } from "../../src/history/model";
import type { FileSince } from "../../src/history/since";
import { gitIn, type Git } from "../files/git";
import { contents, unreadable } from "./contents";
import { commitsOnBranch, OF_BRANCH } from "./gitHistory";

/** What git knows about a day and after. */
export interface HistorySince {
  files: FileSince[];
  /** Of the earliest commit here, when it is later than asked for because the clone is shallow. */
  knownFrom?: IsoDate;
}

/** What a commit did to a file. */
interface FileChange {
  commit: Commit;
  id: string;
  before: string;
  after: string;
}

const FILE_CHANGE = /^\n?:\d{6} \d{6} ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [A-Z]\d*$/;

/**
 * Reads the versions of all customer files that came into the branch on the day `since` or later.
 *
 * @param folder - of the customer files, absolute.
 * @param only - ids of the customers whose files are read; all without it.
 * @throws GitError without git, where the folder is in no repository with commits, or when git cannot read it.
 */
export function filesSince(
  folder: string,
  since: IsoDate,
  only?: ReadonlySet<string>,
): HistorySince {
  const git = gitIn(dirname(folder));
  const commits = commitsOnBranch(git);
  const first = commits.findIndex(({ at }) => dayOf(at) >= since);
  const isShallow = git(["rev-parse", "--is-shallow-repository"]).trim() === "true";
  // What a shallow clone's first commit changed is not known: git shows all its files as new.
  const base = isShallow ? Math.max(first - 1, 0) : first - 1;
  const from = commits[0]?.at;
  const known = isShallow && from !== undefined && dayOf(from) > since;
  const files =
    first === -1 ? [] : changed(git, commits, { folder, base: commits[base]?.id, only });
  return { files, ...(known ? { knownFrom: dayOf(from) } : {}) };
}

/** Which files of which commits. */
interface Wanted {
  folder: string;
  /** The commit before the first one that counts; undefined: all count. */
  base: string | undefined;
  only: ReadonlySet<string> | undefined;
}

function changed(
  git: Git,
  commits: readonly Commit[],
  { folder, base, only }: Wanted,
): FileSince[] {
  // Of a merge what it brought into the branch: compared with its first parent.
  const format = ["-m", "--raw", "--no-abbrev", "--no-renames", "--relative", "-z"];
  const range = base === undefined ? "HEAD" : `${base}..HEAD`;
  const argv = ["log", ...OF_BRANCH, ...format, "--format=%H", range];
  const log = git([...argv, "--", `./${basename(folder)}`]);
  const all = fileChanges(log.split("\0"), basename(folder), commits);
  const changes = only === undefined ? all : all.filter(({ id }) => only.has(id));
  const hashes = changes.flatMap(({ before, after }) => [before, after]);
  const texts = contents(git, hashes);
  const read = (blob: string, id: string): Version["customer"] => {
    const bytes = texts.get(blob);
    if (bytes === undefined) return undefined;
    return parseCustomer(bytes, id, `${id}.yaml`).customer ?? "unreadable";
  };
  const byFile = new Map<string, { before: Version["customer"]; versions: Version[] }>();
  for (const { commit, id, before, after } of changes) {
    const file = byFile.get(id) ?? { before: read(before, id), versions: [] };
    byFile.set(id, file);
    file.versions.push({ commit, customer: read(after, id) });
  }
  return [...byFile].map(([customer, file]) => ({ customer, ...file }));
}

/** What `git log -z --raw` printed: a commit's id, then its files, two fields each. */
function fileChanges(
  fields: readonly string[],
  folder: string,
  commits: readonly Commit[],
): FileChange[] {
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  const changes: FileChange[] = [];
  for (let at = 0; at + 1 < fields.length;) {
    const commit = byId.get((fields[at] ?? "").trim());
    if (commit === undefined) throw unreadable("`git log` printed another form than expected");
    at += 1;
    for (; at + 1 < fields.length; at += 2) {
      const [, before = "", after = ""] = FILE_CHANGE.exec(fields[at] ?? "") ?? [];
      if (before === "") break;
      const [, customer] = /^([^/]+)\.yaml$/.exec(inFolder(fields[at + 1], folder)) ?? [];
      if (customer === undefined || !CUSTOMER_ID.test(customer)) continue;
      changes.push({ commit, id: customer, before, after });
    }
  }
  return changes;
}

function inFolder(path = "", folder: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : "";
}
