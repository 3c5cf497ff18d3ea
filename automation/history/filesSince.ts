// All customer files that changed since a day, in two calls of git whatever their number.
import { basename, dirname } from "node:path";
import { CUSTOMER_ID } from "../../src/customers/entries";
import type { IsoDate, IsoTime } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import type { Commit, Version } from "../../src/history/model";
import type { FileSince } from "../../src/history/since";
import { COMMIT_FORMAT, gitIn, OF_BRANCH, timesOnBranch, type Git } from "./gitHistory";

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
 * @throws UsageError without git, or where the folder is in no repository with commits.
 */
export function filesSince(folder: string, since: IsoDate): HistorySince {
  const git = gitIn(dirname(folder));
  const times = timesOnBranch(git);
  const commits = [...times];
  const first = commits.findIndex(([, at]) => dayOf(at) >= since);
  const isShallow = git(["rev-parse", "--is-shallow-repository"]).trim() === "true";
  // What a shallow clone's first commit changed is not known: git shows all its files as new.
  const base = isShallow ? Math.max(first - 1, 0) : first - 1;
  const from = commits[0]?.[1];
  const known = isShallow && from !== undefined && dayOf(from) > since;
  const files = first === -1 ? [] : changed(git, folder, times, commits[base]?.[0]);
  return { files, ...(known ? { knownFrom: dayOf(from) } : {}) };
}

/** @param base - the commit before the first one that counts; undefined: all count. */
function changed(
  git: Git,
  folder: string,
  times: ReadonlyMap<string, IsoTime>,
  base: string | undefined,
): FileSince[] {
  // Of a merge what it brought into the branch: compared with its first parent.
  const format = ["-m", "--raw", "--no-abbrev", "--no-renames", "--relative", "-z"];
  const range = base === undefined ? "HEAD" : `${base}..HEAD`;
  const argv = ["log", ...OF_BRANCH, ...format, `--format=${COMMIT_FORMAT}`, range];
  const log = git([...argv, "--", `./${basename(folder)}`]);
  const changes = fileChanges(log.split("\0"), basename(folder), times);
  const texts = blobs(
    git,
    changes.flatMap(({ before, after }) => [before, after]),
  );
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

/** What `git log -z --raw` printed: a commit's three fields, then its files, two fields each. */
function fileChanges(
  fields: readonly string[],
  folder: string,
  times: ReadonlyMap<string, IsoTime>,
): FileChange[] {
  const changes: FileChange[] = [];
  for (let at = 0; at + 2 < fields.length;) {
    const [id = "", author = "", subject = ""] = fields.slice(at, at + 3);
    const commit = { id: id.trim(), author, subject, at: times.get(id.trim()) ?? "" };
    at += 3;
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

/** Contents by hash; those that do not exist (all zeros: no file) are left out. */
function blobs(git: Git, hashes: readonly string[]): Map<string, Buffer> {
  const wanted = [...new Set(hashes)].filter((hash) => !/^0+$/.test(hash));
  const answer = git(["cat-file", "--batch"], wanted.map((hash) => `${hash}\n`).join(""), "latin1");
  const found = new Map<string, Buffer>();
  let at = 0;
  for (const hash of wanted) {
    const end = answer.indexOf("\n", at);
    const size = Number(/ blob (\d+)$/.exec(answer.slice(at, end))?.[1] ?? NaN);
    at = end + 1;
    if (Number.isNaN(size)) continue;
    found.set(hash, Buffer.from(answer.slice(at, at + size), "latin1"));
    at += size + 1;
  }
  return found;
}

function dayOf(time: IsoTime): IsoDate {
  return time.slice(0, "YYYY-MM-DD".length);
}
