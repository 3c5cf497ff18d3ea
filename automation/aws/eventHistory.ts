// CloudTrail's event history: the last 90 days of an account and a region, without a trail and without costs.
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { setTimeout as delay } from "node:timers/promises";
import { awsSettings, type AwsTarget, type Environment } from "./open";
import { RETRIES, TIMEOUTS } from "./retries";

// As in client.ts, which is not loaded for this.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** CloudTrail API Reference, LookupEvents: two a second for each account and region; above, they are throttled. */
const PAUSE = 500;

/** Reads the events of one name, as CloudTrail has them: JSON texts, parsed. */
export class EventHistory {
  readonly #client: CloudTrailClient;
  #next = 0;

  constructor(region: string, target: AwsTarget, environment: Environment) {
    const settings = awsSettings(environment, { ...target, region });
    this.#client = new CloudTrailClient({ ...TIMEOUTS, ...RETRIES, ...settings });
  }

  /** All events between two moments, both included. @param page - called after each page, with how many it had. */
  async events(
    name: string,
    from: string,
    through: string,
    page: (count: number) => void,
  ): Promise<unknown[]> {
    const found: unknown[] = [];
    let NextToken: string | undefined;
    do {
      await this.#pace();
      const answer = await this.#client.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: name }],
          StartTime: new Date(from),
          EndTime: new Date(through),
          MaxResults: 50,
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
      const events = answer.Events ?? [];
      found.push(
        ...events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? "null") as unknown),
      );
      page(events.length);
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    return found;
  }

  async #pace(): Promise<void> {
    const now = performance.now();
    const wait = Math.max(0, this.#next - now);
    this.#next = Math.max(now, this.#next) + PAUSE;
    if (wait > 0) await delay(wait);
  }
}
