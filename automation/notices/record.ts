// What was sent, in a file of the repository: `notices/<stack>.json`. Whoever runs the command commits it, so the
// next run, on another machine, knows it; or it is on a branch of its own (recordBranch.ts).
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
const running = z.strictObject({ at: z.iso.datetime(), by: z.string() });
const shape = z.strictObject({
  version: z.literal(1),
  sent: days,
  since: days,
  running: running.optional(),
});

/** A run that sends: since when, and whose it is. On a branch only. */
export type Running = z.infer<typeof running>;

/** The folder of records and templates, in the project's folder. */
export const NOTICES_FOLDER = "notices";

/** Where a stack's record is. */
export function recordFile(directory: string, stack: string): string {
  return join(directory, NOTICES_FOLDER, `${stack}.json`);
}

/** The record of earlier runs; an empty one without any. @throws UsageError for a file of another form. */
export function readRecord(file: string): NoticeRecord {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return EMPTY_RECORD;
    throw notOurs(file);
  }
  return parseRecord(text, file).record;
}

/** Reads the text of a record. @param name - as the error names it. @throws UsageError for another form. */
export function parseRecord(
  text: string,
  name: string,
): { record: NoticeRecord; running?: Running | undefined } {
  try {
    const { sent, since, running: run } = shape.parse(JSON.parse(text));
    return { record: { sent, since }, running: run };
  } catch {
    throw notOurs(name);
  }
}

function notOurs(name: string): UsageError {
  return new UsageError(
    `${printable(name)} was not written by \`ecr-customers notices\``,
    "Restore it from version control: without it, notices would be sent again.",
  );
}

/** One line for each notice, sorted, so that changes can be merged. */
export function recordText({ sent, since }: NoticeRecord, run?: Running): string {
  const all = { version: 1, sent, since, ...(run === undefined ? {} : { running: run }) };
  const sorted = JSON.parse(canonicalJson(all)) as object;
  return `${JSON.stringify(sorted, undefined, 2)}\n`;
}

/** Replaces the record in one step. */
export function writeRecord(file: string, record: NoticeRecord): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  writeAtomic(file, { text: recordText(record), mode: 0o644 }, folder);
}
