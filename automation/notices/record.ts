// What was sent, in a file of the repository: `notices/<stack>.json`. Whoever runs the command commits it, so the
// next run, on another machine, knows it.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../src/errorCode";
import type { NoticeRecord } from "../../src/notices/model";
import { EMPTY_RECORD } from "../../src/notices/due";
import { printable } from "../../src/printable";
import { writeAtomic } from "../files/writeAtomic";
import { canonicalJson } from "../output/json";
import { UsageError } from "../output/usageError";

const days = z.record(z.string(), z.iso.date());
const shape = z.strictObject({ version: z.literal(1), sent: days, since: days });

/** The folder of records and templates, in the project's folder. */
export const NOTICES_FOLDER = "notices";

/** Where a stack's record is. */
export function recordFile(directory: string, stack: string): string {
  return join(directory, NOTICES_FOLDER, `${stack}.json`);
}

/** The record of earlier runs; an empty one without any. @throws UsageError for a file of another form. */
export function readRecord(file: string): NoticeRecord {
  try {
    const { sent, since } = shape.parse(JSON.parse(readFileSync(file, "utf8")));
    return { sent, since };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return EMPTY_RECORD;
    throw new UsageError(
      `${printable(file)} was not written by \`ecr-customers notices\``,
      "Restore it from version control: without it, notices would be sent again.",
    );
  }
}

/** Replaces the record in one step; one line for each notice, sorted, so that changes can be merged. */
export function writeRecord(file: string, { sent, since }: NoticeRecord): void {
  const sorted = JSON.parse(canonicalJson({ version: 1, sent, since })) as object;
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  writeAtomic(file, { text: `${JSON.stringify(sorted, undefined, 2)}\n`, mode: 0o644 }, folder);
}
