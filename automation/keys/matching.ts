import type { Customer, KeyStatus } from "../../src/customers/model";
import type { AccessKeyView, KeyLastUse } from "../aws/client";

/** One access key as AWS has it, with its last use. */
export interface ObservedKey extends AccessKeyView {
  lastUse: KeyLastUse;
}

/** One generation of a customer's file and the key that it is in AWS. */
export interface GenerationKey {
  generation: number;
  /** What the file says; whether it works depends on the customer's status too. */
  declared: KeyStatus;
  /** Undefined: AWS has none. */
  key?: ObservedKey;
  /** Nothing says that this key is that generation but their order. */
  assumed?: true;
}

/** A customer's generations, and the keys of its user that no file declares. */
export interface MatchedKeys {
  generations: GenerationKey[];
  undeclared: ObservedKey[];
}

/**
 * Which key is which generation. AWS keeps no such number, so it is told by `idOf` or, for keys that
 * were handed over, by the file. `byAge` assumes the rest from their order, when there are as many
 * keys as generations: a later generation is a later key.
 *
 * @param idOf - generation → access key id, as far as it is known for sure.
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
