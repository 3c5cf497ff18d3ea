import type { IsoTime } from "../customers/model";

/** A request for an image's manifest, as CloudTrail recorded it. */
export interface Pull {
  /** CloudTrail's own id of the event: the same event may be read twice. */
  id: string;
  at: IsoTime;
  region: string;
  /** ARN of the caller. */
  arn: string;
  /** Id of the access key; of a role's session, its temporary one. */
  key: string;
  /** An IP address, or `AWS Internal`. */
  address: string;
  repository: string;
  /** Tag or digest; several are separated by commas. */
  image: string;
  /** AWS's error code; undefined for one that was answered. */
  error?: string;
}

/** What is known of a region, without gaps. */
export interface Coverage {
  from: IsoTime;
  through: IsoTime;
}

/** What was read so far. */
export interface PullRecord {
  /** By region. */
  regions: Readonly<Record<string, Coverage>>;
  /** In the order of time. */
  pulls: readonly Pull[];
}

export const NO_PULLS: PullRecord = { regions: {}, pulls: [] };
