import type { StackConfig } from "../../src/config";
import type { StackInput } from "../../src/project";
import type { Customer, IsoTime } from "../../src/customers/model";
import {
  customersOfPull,
  lastPulls,
  withCustomers,
  type KnownPull,
} from "../../src/pulls/customers";
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

/**
 * A customer's last request that earlier runs of `pulls` have read, answered or refused; undefined where none is known.
 *
 * @param customers - all of them: several may share the customer's AWS account.
 */
export function cachedLastPull(
  directory: string,
  config: StackConfig,
  customers: readonly Customer[],
  id: string,
): KnownPull | undefined {
  const { pulls } = readPulls(directory, config.stack);
  const known = withCustomers(pulls, customers, config);
  return known.filter((one) => customersOfPull(one).includes(id)).at(-1);
}

/** Access key → its last pull that earlier runs of `pulls` have read, refused ones included: something uses the key. */
export function cachedKeyUse(directory: string, stack: string): Map<string, IsoTime> {
  // In the order of time: the last one counts.
  return new Map(readPulls(directory, stack).pulls.map(({ key, at }) => [key, at]));
}
