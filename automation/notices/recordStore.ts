// Where a run keeps what was sent: in the working copy, or on a branch.
import { hostname } from "node:os";
import { dirname, relative } from "node:path";
import type { NoticeRecord } from "../../src/notices/model";
import type { CommandContext } from "../cli/command";
import { pathInRepository } from "../files/git";
import { withImportLock } from "../sales/importLock";
import { readRecord, recordFile, writeRecord } from "./record";
import { BranchRecord } from "./recordBranch";

/** The record of earlier runs, and what keeps that of this one. */
export interface RecordStore {
  record: NoticeRecord;
  save: (record: NoticeRecord) => void;
}

/** Which record. */
export interface StoreOptions {
  stack: string;
  /** Undefined: the file of the working copy. */
  branch: string | undefined;
  /** Something is sent or recorded: no other run may do that at the same time. */
  writes: boolean;
}

/**
 * Does what a run does with its record.
 *
 * @throws UsageError when another run writes the record, or it cannot be read or written.
 */
export async function withRecord<T>(
  { stack, branch, writes }: StoreOptions,
  { directory, environment, now, terminal }: CommandContext,
  work: (store: RecordStore) => Promise<T>,
): Promise<T> {
  const file = recordFile(directory, stack);
  if (branch !== undefined) {
    const path = pathInRepository(directory, relative(directory, file));
    const run = environment["GITHUB_RUN_ID"];
    const runner = run === undefined ? `${hostname()} ${process.pid}` : `run ${run}`;
    const first = readRecord(file);
    const kept = new BranchRecord({ directory, branch, path, first, runner, now });
    const save = (record: NoticeRecord) => {
      kept.save(record);
    };
    const result = await work({ record: kept.record, save });
    // Not after an error: what was sent may not be recorded, and another run at once would send it again.
    kept.end();
    return result;
  }
  const inFile = () =>
    work({
      record: readRecord(file),
      save: (record) => {
        writeRecord(file, record);
      },
    });
  if (!writes) return inFile();
  const warn = (message: string) => {
    terminal.report(message, "warning");
  };
  return withImportLock(dirname(file), now, warn, inFile, "`ecr-customers notices`");
}
