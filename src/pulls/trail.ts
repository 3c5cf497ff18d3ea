// Where a trail's files are in S3 (CloudTrail User Guide, "Finding your CloudTrail log files"):
// s3://BUCKET/PREFIX/AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz
import { addDays, dayOf } from "../customers/isoDate";
import type { IsoTime } from "../customers/model";
import type { Coverage } from "./model";

/** Most events are delivered within five minutes; a file that comes later than this is not looked for. */
const LATE = 60 * 60 * 1000;

/** A trail's folder in a bucket. */
export interface TrailPlace {
  bucket: string;
  /** Of its regions; ends with a slash. */
  prefix: string;
}

/**
 * Reads `s3://BUCKET`, or with the prefix of the trail, or with the whole path to its folder `CloudTrail`, as trails of
 * an organization need it.
 *
 * @returns undefined for what is no such address.
 */
export function trailPlace(address: string, account: string): TrailPlace | undefined {
  const [, bucket, rest = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(address) ?? [];
  if (bucket === undefined) return undefined;
  const path = rest.replace(/\/+$/, "");
  if (path === "CloudTrail" || path.endsWith("/CloudTrail")) return { bucket, prefix: `${path}/` };
  const before = path === "" ? "" : `${path}/`;
  return { bucket, prefix: `${before}AWSLogs/${account}/CloudTrail/` };
}

/** The folders of the days on which the files of a stretch of time are delivered, below the region's. */
export function dayFolders({ from, through }: Coverage): string[] {
  const last = dayOf(new Date(Date.parse(through) + LATE).toISOString());
  const folders: string[] = [];
  for (let day = dayOf(from); day <= last; day = addDays(day, 1)) {
    folders.push(`${day.replaceAll("-", "/")}/`);
  }
  return folders;
}

/** When a file was delivered, to the minute, by its name. */
export function deliveredAt(key: string): IsoTime | undefined {
  const [, year, month, day, hour, minute] =
    /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[^/_]+\.json\.gz$/.exec(key) ?? [];
  if (year === undefined) return undefined;
  return `${year}-${month}-${day}T${hour}:${minute}:00Z`;
}

/** Whether a file may hold events of a stretch of time; one with another name is read. */
export function mayHold(key: string, { from, through }: Coverage): boolean {
  if (!key.endsWith(".json.gz")) return false;
  const delivered = deliveredAt(key);
  if (delivered === undefined) return true;
  const minute = 60 * 1000;
  const at = Date.parse(delivered);
  return at > Date.parse(from) - minute && at <= Date.parse(through) + LATE;
}
