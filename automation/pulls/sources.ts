// Where pulls are read from: CloudTrail's event history, a trail's files in S3, or a table in Athena.
import type { IsoTime } from "../../src/customers/model";
import { PULL_EVENT, pullOf } from "../../src/pulls/event";
import type { Coverage, Pull } from "../../src/pulls/model";
import { dayFolders, deliveredAt, mayHold, type TrailPlace } from "../../src/pulls/trail";
import type { AthenaPlace } from "../aws/athena";
import type { AwsTarget, Environment } from "../aws/open";
import { parsedJson } from "../output/json";
import { pullsOfTrailFile } from "./trailFiles";

/** Reads the pulls of one region. */
export interface PullSource {
  /** From when on it has events, at the earliest `from`; undefined: it has none of the region. */
  begin: (from: IsoTime) => Promise<IsoTime | undefined>;
  /** All pulls of a stretch of time, and maybe others. @param done - called with how many were read. */
  pulls: (window: Coverage, done: (count: number) => void) => Promise<Pull[]>;
}

/** Opens the source of a region. */
export type OpenSource = (
  region: string,
  target: AwsTarget,
  environment: Environment,
) => Promise<PullSource>;

/** CloudTrail's event history: the last 90 days of every account. */
export const eventHistory: OpenSource = async (region, target, environment) => {
  // Loaded when it is used: AWS's clients take a while.
  const { EventHistory } = await import("../aws/eventHistory.js");
  const history = new EventHistory(region, target, environment);
  return {
    begin: (from) => Promise.resolve(from),
    pulls: async ({ from, through }, done) => {
      const found = await history.events(PULL_EVENT, from, through, done);
      return found.flatMap((event) => pullOf(event) ?? []);
    },
  };
};

/** Files that are read at the same time. */
const PARALLEL = 8;

/** A trail's files: those of the days, read from S3. */
export function trailInS3({ bucket, prefix }: TrailPlace): OpenSource {
  return async (region, target, environment) => {
    const { TrailBucket } = await import("../aws/trailBucket.js");
    const files = new TrailBucket(bucket, target, environment);
    const folder = `${prefix}${region}/`;
    return {
      begin: async (from) => {
        const first = await files.first(folder);
        if (first === undefined) return undefined;
        const begin = deliveredAt(first);
        return begin !== undefined && begin > from ? begin : from;
      },
      pulls: async (window, done) => {
        const keys: string[] = [];
        for (const day of dayFolders(window)) {
          const listed = await files.keys(`${folder}${day}`);
          keys.push(...listed.filter((key) => mayHold(key, window)));
        }
        const found: Pull[] = [];
        const next = keys.values();
        const readAll = async () => {
          for (const key of next) {
            const pulls = pullsOfTrailFile(await files.read(key), `s3://${bucket}/${key}`);
            for (const pull of pulls) found.push(pull);
            done(pulls.length);
          }
        };
        await Promise.all(Array.from({ length: PARALLEL }, readAll));
        return found;
      },
    };
  };
}

/** What the query asks for, in the order of its columns. */
const COLUMNS = [
  "eventid",
  "eventtime",
  "awsregion",
  "useridentity.arn",
  "useridentity.accountid",
  "useridentity.accesskeyid",
  "sourceipaddress",
  "errorcode",
  "requestparameters",
] as const;

/** A table of a trail's files, with the columns of the Athena User Guide ("Query AWS CloudTrail logs"). */
export function trailInAthena(place: AthenaPlace): OpenSource {
  return async (region, target, environment) => {
    const { Athena } = await import("../aws/athena.js");
    const athena = new Athena(place, target, environment);
    let known: Pull[] = [];
    return {
      // One query for all that is asked for: Athena reads, and charges for, whole files. What is before the first
      // pull is not known: the table may begin there.
      begin: async (from) => {
        const { query, parameters } = queryOf(place, region, from, await athena.partitions());
        const rows = await athena.rows(query, parameters, () => undefined);
        known = rows.flatMap((row) => pullOf(eventOf(row)) ?? []);
        return known.map(({ at }) => at).reduce<string | undefined>(earlier, undefined);
      },
      pulls: ({ from, through }, done) => {
        const found = known.filter(({ at }) => from <= at && at <= through);
        done(found.length);
        return Promise.resolve(found);
      },
    };
  };
}

const earlier = (known: string | undefined, at: string) =>
  known === undefined || at < known ? at : known;

/** The query of a region's pulls. A table that is divided by days, as AWS documents it, reads only those. */
export function queryOf(
  { database, table }: Pick<AthenaPlace, "database" | "table">,
  region: string,
  from: IsoTime,
  partitions: readonly string[],
): { query: string; parameters: string[] } {
  const conditions: [text: string, parameter: string][] = [
    ["eventsource = ?", "ecr.amazonaws.com"],
    ["eventname = ?", PULL_EVENT],
    ["awsregion = ?", region],
    ["eventtime >= ?", from],
    // The day of delivery, which is not before that of the event.
    ...(partitions.includes("timestamp")
      ? [['"timestamp" >= ?', from.slice(0, 10).replaceAll("-", "/")] as [string, string]]
      : []),
    ...(partitions.includes("region") ? [["region = ?", region] as [string, string]] : []),
  ];
  const where = conditions.map(([text]) => text).join(" AND ");
  return {
    query: `SELECT ${COLUMNS.join(", ")} FROM "${database}"."${table}" WHERE ${where} ORDER BY eventtime`,
    parameters: conditions.map(([, parameter]) => parameter),
  };
}

/** A row as CloudTrail writes the event. */
function eventOf(row: readonly (string | undefined)[]): unknown {
  const [eventID, eventTime, awsRegion, arn, accountId, accessKeyId, sourceIPAddress, errorCode] =
    row;
  return {
    ...{ eventSource: "ecr.amazonaws.com", eventName: PULL_EVENT },
    ...{ eventID, eventTime, awsRegion, sourceIPAddress, errorCode },
    userIdentity: { arn, accountId, accessKeyId },
    requestParameters: parsedJson(row[COLUMNS.length - 1] ?? ""),
  };
}
