import type { StackInput } from "../../src/project";
import type { IsoTime } from "../../src/customers/model";
import { lastPulls, withCustomers } from "../../src/pulls/customers";
import { readPulls } from "./cache";
import { pullRegions } from "./read";

/** When customers pulled last, as far as earlier runs of `pulls` have read it. */
export interface CachedPulls {
  /** In all regions of the catalogue. */
  from: IsoTime;
  through: IsoTime;
  /** By customer. */
  last: ReadonlyMap<string, IsoTime>;
}

/** Reads the cache only. Undefined where pulls of a region were never read. @throws UsageError for a damaged file. */
export function cachedLastPulls(
  directory: string,
  stack: string,
  { customers, config }: StackInput,
): CachedPulls | undefined {
  const { regions, pulls } = readPulls(directory, stack);
  const known = pullRegions(config).map((region) => regions[region]);
  const [first] = known;
  if (first === undefined) return undefined;
  let { from, through } = first;
  for (const one of known) {
    if (one === undefined) return undefined;
    if (one.from > from) from = one.from;
    if (one.through < through) through = one.through;
  }
  return { from, through, last: lastPulls(withCustomers(pulls, customers, config)) };
}
