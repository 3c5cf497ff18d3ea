// Brings what is known of pulls up to date from CloudTrail's event history.
import { PULL_EVENT, pullOf } from "../../src/pulls/event";
import type { PullRecord } from "../../src/pulls/model";
import { isoTime, windowsToRead, withWindow } from "../../src/pulls/record";
import type { StackConfig } from "../../src/config";
import type { IsoTime } from "../../src/customers/model";
import type { CommandContext } from "../cli/command";
import { readPulls, writePulls } from "./cache";

/** The regions of the catalogue's repositories, sorted. */
export function pullRegions({ repositories }: Pick<StackConfig, "repositories">): string[] {
  return [...new Set([...repositories.values()].flatMap(({ regions }) => regions))].sort();
}

/**
 * Reads what is not known yet, region by region at the same time; each stretch of time is kept as soon as it is
 * read, so a run that is interrupted continues there.
 *
 * @param done - called with the number of events read so far.
 */
export async function updatePulls(
  config: StackConfig,
  stack: string,
  since: IsoTime,
  { directory, environment, now }: CommandContext,
  done: (events: number) => void,
): Promise<PullRecord> {
  // Loaded when it is used: AWS's clients take a while.
  const { EventHistory } = await import("../aws/eventHistory.js");
  let record = readPulls(directory, stack);
  let events = 0;
  await Promise.all(
    pullRegions(config).map(async (region) => {
      const history = new EventHistory(region, config, environment);
      const until = isoTime(now.getTime());
      for (const window of windowsToRead(record.regions[region], since, until)) {
        const found = await history.events(PULL_EVENT, window.from, window.through, (count) => {
          done((events += count));
        });
        const pulls = found.flatMap((event) => pullOf(event) ?? []);
        record = withWindow(record, region, window, pulls);
        writePulls(directory, stack, record);
      }
    }),
  );
  return record;
}
