import type { Customer, HandOver } from "./model";

/** A generation whose key is not the one that was handed over. */
export interface OtherKey {
  generation: number;
  /** The current key's id. */
  key: string;
  handedOver: HandOver;
}

/**
 * Keys that exist in place of others that were handed over: a key or a user that was deleted by hand is
 * re-created with another secret, under the same generation. Pure.
 *
 * @param idOf - generation → the current key's id, if it is known.
 */
export function otherKeys(
  { keys, handedOver = [] }: Pick<Customer, "keys" | "handedOver">,
  idOf: (generation: number) => string | undefined,
): OtherKey[] {
  return keys.flatMap(({ generation }) => {
    const record = handedOver.find((one) => one.generation === generation);
    const key = idOf(generation);
    if (record === undefined || key === undefined || key === record.key) return [];
    return [{ generation, key, handedOver: record }];
  });
}
