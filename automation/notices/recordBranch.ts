// The record of what was sent on a branch of its own: whoever runs the command next, on whatever machine, has it, and
// no pull request is needed for it. The remote takes one push of two that begin at the same commit, which is what keeps
// two runs apart.
import type { NoticeRecord } from "../../src/notices/model";
import type { IsoTime } from "../../src/customers/model";
import { commitFile, GitError, gitIn, REMOTE, remoteHead, type Git } from "../files/git";
import { UsageError } from "../output/usageError";
import { parseRecord, recordText, type Running } from "./record";

const AUTHOR = { name: "customer notices", email: "notices@users.noreply.github.com" };

/** Longer than any run lasts: GitHub ends the job of notices.yml after an hour. */
const LONGEST_RUN = 3 * 60 * 60 * 1000;
/** Pauses before a push is tried again, in milliseconds: a remote that cannot be reached for a moment. */
const PAUSES = [500, 2_000, 8_000, 20_000] as const;

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
  /** Waits before the next try; blocks, because nothing may be sent in the meantime. */
  pause?: (milliseconds: number) => void;
}

/** A record on a branch, read. */
export class BranchRecord {
  record: NoticeRecord;
  #running: Running | undefined;
  #head: string;
  #isOurs = false;
  /** This run's first push was accepted: other runs are kept away. */
  #hasBegun = false;
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
    this.#hasBegun = true;
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

  /**
   * A push whose answer was lost may have been accepted, and a record that is not pushed means a notice that is sent
   * twice: so the branch is looked at, and the push is tried again.
   */
  #push(record: NoticeRecord): void {
    const text = recordText(record, this.#running);
    const { directory, branch, path, pause = sleep } = this.of;
    const message = `Record notices in ${path}\n`;
    for (let tried = 0; ; tried++) {
      const commit = { parent: this.#head, path, text, message, author: AUTHOR, date: this.#at };
      const id = commitFile(directory, commit);
      try {
        this.#pushed(id, branch);
        [this.#head, this.record] = [id, record];
        return;
      } catch (error) {
        const wait = PAUSES[tried];
        if (wait === undefined || !this.#canTryAgain(error)) throw error;
        pause(wait);
      }
    }
  }

  /** @throws GitError unless the branch has the commit afterwards. */
  #pushed(id: string, branch: string): void {
    try {
      this.#git(["push", "--quiet", REMOTE, `${id}:refs/heads/${branch}`]);
    } catch (error) {
      if (this.#headOrNothing() !== id) throw error;
    }
  }

  /**
   * Before anything was sent, only another stack's commit on the branch is a reason to try again: whoever is refused
   * learns it at once. Afterwards everything is, except a commit of another run.
   */
  #canTryAgain(error: unknown): boolean {
    if (!(error instanceof GitError)) return false;
    const head = this.#headOrNothing();
    if (head === undefined || head === this.#head) return this.#hasBegun;
    return this.#isMovedByOthers();
  }

  /** The branch's commit; undefined while the remote cannot be reached. */
  #headOrNothing(): string | undefined {
    try {
      return remoteHead(this.#git, this.of.branch);
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
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

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
