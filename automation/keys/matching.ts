import type { Customer, KeyStatus } from "../../src/customers/model";
import type { AccessKeyView, KeyLastUse } from "../aws/client";

/** An access key as AWS shows it, with its last use. */
export interface ObservedKey extends AccessKeyView {
  lastUse: KeyLastUse;
}

/** A generation of a customer's file, and the access key in AWS that belongs to it. */
export interface GenerationKey {
  generation: number;
  /** What the file says. Whether the key works also depends on the customer's status. */
  declared: KeyStatus;
  /** Undefined: AWS has no such key. */
  key?: ObservedKey;
  /** Assumed from the order of creation only: nothing records that the key is of this generation. */
  assumed?: true;
}

/** A customer's generations with their keys, and the keys of its user that no file declares. */
export interface MatchedKeys {
  generations: GenerationKey[];
  undeclared: ObservedKey[];
}

/**
 * Finds the access key of each generation. AWS does not store the generation: `idOf` knows it, or, for
 * keys that were handed over, the file. With `byAge` the rest is assumed from the order of creation,
 * provided that as many keys as generations are left: a later generation is a later key.
 *
 * @param idOf - generation → access key id, where it is known for certain.
 */
export function matchKeys(
  customer: Customer,
  keys: readonly ObservedKey[],
  idOf: (generation: number) => string | undefined,
  byAge = false,
): MatchedKeys {
  const recorded = new Map(customer.handedOver?.map(({ generation, key }) => [generation, key]));
  const generations = customer.keys.map(({ generation, status }): GenerationKey => {
    const id = idOf(generation) ?? recorded.get(generation);
    const key = keys.find((one) => one.id === id);
    return { generation, declared: status, ...(key === undefined ? {} : { key }) };
  });
  const taken = new Set(generations.map(({ key }) => key?.id));
  const undeclared = keys.filter(({ id }) => !taken.has(id));
  const open = generations.filter(({ key }) => key === undefined);
  if (!byAge || open.length !== undeclared.length) return { generations, undeclared };
  const oldestFirst = [...undeclared].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  open.forEach((one, at) => Object.assign(one, { key: oldestFirst[at], assumed: true }));
  return { generations, undeclared: [] };
}
