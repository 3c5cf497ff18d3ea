import { customerStack } from "../../src/access/cells";
import type { StackConfig } from "../../src/config";
import { EngineError } from "../engine/errors";
import { openState, type EnginePlace } from "../engine/openState";
import { isAliveHere, type StackLock } from "../engine/stackLock";
import type { StackState } from "../engine/stackState";

/**
 * Who runs an update that could change this customer's access: the holder of the lock of its stack or cell.
 *
 * @returns undefined when no lock is held, or only one whose owner has died on this machine.
 * @throws EngineError when the state cannot be accessed.
 */
export async function lockHolder(
  customer: string,
  { stack, config }: { stack: string; config: Pick<StackConfig, "cells"> },
  place: EnginePlace,
): Promise<string | undefined> {
  const state = await openState(stack, place);
  for (const name of new Set([customerStack(customer, stack, config.cells), stack])) {
    const lock = await lockOf(state, name);
    if (lock !== undefined && isAliveHere(lock) !== false)
      return lock.owner ?? "an unknown process";
  }
  return undefined;
}

/** A stack that does not exist is locked by no one. */
function lockOf(state: StackState, stack: string): Promise<StackLock | undefined> {
  return state.lock(stack).catch((error: unknown) => {
    if (error instanceof EngineError && error.kind === "noStack") return undefined;
    throw error;
  });
}
