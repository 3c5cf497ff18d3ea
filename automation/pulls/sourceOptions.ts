// Which source of pulls the options of `pulls` name.
import { trailPlace } from "../../src/pulls/trail";
import { UsageError } from "../output/usageError";
import { eventHistory, trailInAthena, trailInS3, type OpenSource } from "./sources";

/** The options. */
export interface SourceOptions {
  /** A folder, or `s3://…`. */
  trail?: string;
  /** `DATABASE.TABLE` */
  athena?: string;
  athenaWorkgroup: string;
  athenaOutput?: string;
}

/** Where to read from, and whether the source reaches back further than CloudTrail's event history. */
export interface ChosenSource {
  open: OpenSource;
  isLong: boolean;
}

/** Whether a trail is in S3, not in a folder. */
export function isInS3(trail: string | undefined): boolean {
  return trail?.startsWith("s3:") === true;
}

/** @param account - of the stack, whose folder a trail's bucket has. @throws UsageError for what cannot be read. */
export function chosenSource(
  { trail, athena, athenaWorkgroup: workGroup, athenaOutput: output }: SourceOptions,
  account: string,
): ChosenSource {
  if (athena !== undefined) {
    const [, database, table] = /^([a-z0-9_-]{1,255})\.([a-z0-9_-]{1,255})$/.exec(athena) ?? [];
    if (database === undefined || table === undefined) {
      throw new UsageError(
        `expected DATABASE.TABLE for --athena, got ${JSON.stringify(athena)}`,
        "Write e.g. `--athena default.cloudtrail_logs`.",
      );
    }
    return { open: trailInAthena({ database, table, workGroup, output }), isLong: true };
  }
  if (trail === undefined || !isInS3(trail)) return { open: eventHistory, isLong: false };
  const place = trailPlace(trail, account);
  if (place !== undefined) return { open: trailInS3(place), isLong: true };
  throw new UsageError(
    `expected a bucket for --trail, got ${JSON.stringify(trail)}`,
    "Write e.g. `--trail s3://my-trail`, with the trail's prefix if it has one.",
  );
}
