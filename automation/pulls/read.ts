// Brings what is known of pulls up to date.
import type { PullRecord } from "../../src/pulls/model";
import { isoTime, windowsToRead, withWindow } from "../../src/pulls/record";
import type { StackConfig } from "../../src/config";
import type { IsoTime } from "../../src/customers/model";
import type { CommandContext } from "../cli/command";
import { readPulls, writePulls } from "./cache";
import type { OpenSource } from "./sources";

/** The regions of the catalogue's repositories, sorted. */
export function pullRegions({ repositories }: Pick<StackConfig, "repositories">): string[] {
  return [...new Set([...repositories.values()].flatMap(({ regions }) => regions))].sort();
}

/** What is to be read, and from where. */
export interface PullUpdate {
  config: StackConfig;
  stack: string;
  since: IsoTime;
  open: OpenSource;
}

/**
 * Reads what is not known yet, region by region at the same time; each stretch of time is kept as soon as it is
 * read, so a run that is interrupted continues there. What is before the source's first event stays unknown.
 *
 * @param done - called with the number of events read so far.
 */
export async function updatePulls(
  { config, stack, since, open }: PullUpdate,
  { directory, environment, now }: CommandContext,
  done: (events: number) => void,
): Promise<PullRecord> {
  let record = readPulls(directory, stack);
  let events = 0;
  await Promise.all(
    pullRegions(config).map(async (region) => {
      const windows = windowsToRead(record.regions[region], since, isoTime(now.getTime()));
      const source = await open(region, config, environment);
      const earliest = windows.map(({ from }) => from).sort()[0] ?? since;
      const begin = await source.begin(earliest);
      if (begin === undefined) return;
      for (const { from, through } of windows) {
        if (through <= begin) continue;
        const window = { from: from < begin ? begin : from, through };
        const pulls = await source.pulls(window, (count) => {
          done((events += count));
        });
        record = withWindow(record, region, window, pulls);
        writePulls(directory, stack, record);
      }
    }),
  );
  return record;
}
