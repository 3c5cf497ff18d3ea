// A trail's own files, as CloudTrail writes them to S3: gzipped JSON, `{"Records": [event, …]}`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pullOf } from "../../src/pulls/event";
import type { Pull } from "../../src/pulls/model";
import { errorCode } from "../../src/errorCode";
import { printable } from "../../src/printable";
import { parsedJson } from "../output/json";
import { UsageError } from "../output/usageError";

/** The largest file that is unpacked; CloudTrail's are a few megabytes. */
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * The pulls in all files of a trail below a folder, in no order.
 *
 * @throws UsageError for a folder without such files, or a file that is damaged.
 */
export function pullsOfTrail(folder: string): Pull[] {
  const files = trailFiles(folder);
  if (files.length === 0) {
    throw new UsageError(
      `there is no file of a trail (.json.gz) below ${folder}`,
      "Copy a trail's files with `aws s3 sync s3://BUCKET/AWSLogs/ACCOUNT/CloudTrail FOLDER`, or write `--trail s3://BUCKET`.",
    );
  }
  return files.flatMap((file) => pullsOfTrailFile(readFileSync(file), file));
}

function trailFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".json.gz"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be read: ${errorCode(error) ?? "unknown"}`,
      "Check the path.",
    );
  }
}

/** The pulls in one file of a trail. @param name - as the error names it. @throws UsageError for a damaged file. */
export function pullsOfTrailFile(bytes: Uint8Array, name: string): Pull[] {
  const records = recordsOf(bytes);
  if (Array.isArray(records)) return records.flatMap((event: unknown) => pullOf(event) ?? []);
  throw new UsageError(
    `${printable(name)} is no file of a trail, or damaged`,
    "Copy it again, or remove it.",
  );
}

function recordsOf(bytes: Uint8Array): unknown {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString("utf8");
    return (parsedJson(text) as { Records?: unknown } | undefined)?.Records;
  } catch {
    return undefined;
  }
}
