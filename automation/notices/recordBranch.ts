// The record of what was sent on a branch of its own: whoever runs the command next, on whatever machine, has it, and
// no pull request is needed for it. The remote takes one push of two that begin at the same commit, which is what keeps
// two runs apart.
import type { NoticeRecord } from "../../src/notices/model";
import type { IsoTime } from "../../src/customers/model";
import { commitFile, gitIn, REMOTE, remoteHead, type Git } from "../files/git";
import { UsageError } from "../output/usageError";
import { parseRecord, recordText, type Running } from "./record";

const AUTHOR = { name: "customer notices", email: "notices@users.noreply.github.com" };

/** Longer than any run lasts: GitHub ends the job of notices.yml after an hour. */
const LONGEST_RUN = 3 * 60 * 60 * 1000;
/** Other stacks may record on the same branch at the same time. */
const TRIES = 5;

/** Which record, and who writes it. */
export interface RecordBranch {
  directory: string;
  branch: string;
  /** In the branch, e.g. `notices/prod.json`. */
  path: string;
  /** The record to begin with where the branch has none. */
  first: NoticeRecord;
  /** The same when a run is repeated after it was stopped, e.g. the number of a job. */
  runner: string;
  now: Date;
}

/** A record on a branch, read. */
export class BranchRecord {
  record: NoticeRecord;
  #running: Running | undefined;
  #head: string;
  #isOurs = false;
  readonly #git: Git;
  readonly #at: IsoTime;

  /** @throws UsageError when it cannot be fetched. */
  constructor(private readonly of: RecordBranch) {
    this.#git = gitIn(of.directory);
    this.#at = of.now.toISOString().replace(/\.\d+Z$/, "Z");
    this.#head = this.#fetched();
    const { record, running } = this.#read(this.#head) ?? { record: of.first };
    this.record = record;
    this.#running = running;
  }

  /**
   * Pushes the record. The first push keeps other runs away until `end`.
   *
   * @throws UsageError while another run sends, when one has pushed, or when the remote cannot be reached.
   */
  save(record: NoticeRecord): void {
    if (!this.#isOurs) this.#begin();
    this.#push(record);
  }

  /** A run that was stopped counts for three hours, except for its own repetition. */
  #begin(): void {
    const { runner, now, branch, path } = this.of;
    const other = this.#running;
    const isOpen = other !== undefined && now.getTime() - Date.parse(other.at) < LONGEST_RUN;
    if (isOpen && other.by !== runner) {
      throw new UsageError(
        `another run has been sending notices since ${other.at}`,
        `Wait for its end. If it was stopped, run this again three hours later, or delete \`running\` from ${path} on the branch ${branch}.`,
      );
    }
    this.#running = { at: this.#at, by: runner };
    this.#isOurs = true;
  }

  #push(record: NoticeRecord): void {
    const text = recordText(record, this.#running);
    for (let tried = 1; ; tried++) {
      const { directory, branch, path } = this.of;
      const message = `Record notices in ${path}\n`;
      const commit = { parent: this.#head, path, text, message, author: AUTHOR, date: this.#at };
      const id = commitFile(directory, commit);
      try {
        this.#git(["push", "--quiet", REMOTE, `${id}:refs/heads/${branch}`]);
        [this.#head, this.record] = [id, record];
        return;
      } catch (error) {
        if (!this.#isMovedByOthers() || tried === TRIES) throw error;
      }
    }
  }

  /** Lets other runs begin, if this one has kept them away. @throws as `save` does. */
  end(): void {
    if (!this.#isOurs) return;
    [this.#running, this.#isOurs] = [undefined, false];
    this.#push(this.record);
  }

  /** Whether the branch has moved, and our file in it has not: then the commit is added on top of it. */
  #isMovedByOthers(): boolean {
    const head = this.#fetched();
    if (head === this.#head || this.#blob(head) !== this.#blob(this.#head)) return false;
    this.#head = head;
    return true;
  }

  #fetched(): string {
    const { branch } = this.of;
    const head = remoteHead(this.#git, branch);
    if (head !== "") this.#git(["fetch", "--quiet", "--no-tags", REMOTE, `refs/heads/${branch}`]);
    return head;
  }

  #blob(commit: string): string {
    if (commit === "") return "";
    return this.#git(["ls-tree", "--full-tree", commit, "--", this.of.path]);
  }

  #read(commit: string): { record: NoticeRecord; running?: Running | undefined } | undefined {
    if (this.#blob(commit) === "") return undefined;
    const { path, branch } = this.of;
    return parseRecord(this.#git(["show", `${commit}:${path}`]), `${path} on the branch ${branch}`);
  }
}
