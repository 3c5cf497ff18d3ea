import pMap from "p-map";
import { cellOf, cellStack } from "../../src/access/cells";
import type { StackConfig } from "../../src/config";
import { openState, type EnginePlace } from "./openState";
import type { StateKeys } from "./stateKeys";

/** How many engines read a state at the same time. */
const CONCURRENCY = 2;

/**
 * The access keys of some customers according to the state; with several cells, only their cells are read.
 *
 * @param ids - of the customers.
 * @throws EngineError when there is no engine, or the state cannot be read.
 */
export async function readStateKeys(
  { stack, cells }: StackConfig,
  ids: readonly string[],
  place: EnginePlace,
): Promise<StateKeys> {
  const stacks =
    cells === 1 ? [stack] : [...new Set(ids.map((id) => cellStack(stack, cellOf(id, cells))))];
  const found = await pMap(stacks, async (one) => (await openState(one, place)).accessKeys(), {
    concurrency: CONCURRENCY,
  });
  return new Map(found.flatMap((keys) => [...keys]));
}
