import pMap from "p-map";
import { cellOf, cellStack } from "../../src/access/cells";
import type { StackConfig } from "../../src/config";
import { openState, type EnginePlace } from "./openState";
import type { RecordedState } from "../../src/account/declared";
import { recordedIds } from "./stateKeys";

/** How many engines read a state at the same time. */
const CONCURRENCY = 2;

/**
 * The ids that AWS gave to the users and keys of some customers, according to the state; with several
 * cells, only their cells are read.
 *
 * @param ids - of the customers; all of them without it.
 * @throws EngineError when there is no engine, or the state cannot be read.
 */
export async function readRecordedIds(
  { stack, cells }: StackConfig,
  place: EnginePlace,
  ids?: readonly string[],
): Promise<RecordedState> {
  const all = Array.from({ length: cells }, (_, cell) => cell);
  const used = ids === undefined ? all : [...new Set(ids.map((id) => cellOf(id, cells)))];
  const stacks = cells === 1 ? [stack] : used.map((cell) => cellStack(stack, cell));
  const found = await pMap(
    stacks,
    async (one) => recordedIds(await (await openState(one, place)).export()),
    { concurrency: CONCURRENCY },
  );
  return {
    keyIds: new Map(found.flatMap(({ keyIds }) => [...keyIds])),
    userIds: new Map(found.flatMap(({ userIds }) => [...userIds])),
    roleIds: new Map(found.flatMap(({ roleIds }) => [...roleIds])),
  };
}
