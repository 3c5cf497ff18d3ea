import type { Customer, KeyStatus } from "../customers/model";

/** A key as AWS lists it, as far as telling keys apart needs it. */
export interface ListedKey {
  id: string;
  createdAt?: Date | string;
}

/** A generation of a customer's file, and the access key in AWS that belongs to it. */
export interface GenerationKey<Key extends ListedKey = ListedKey> {
  generation: number;
  /** What the file says. Whether the key works also depends on the customer's status. */
  declared: KeyStatus;
  /** The key's id in the stack's state or in the record of the hand-over, whether AWS has it or not. */
  recordedId?: string;
  /** Undefined: AWS has no such key. */
  key?: Key;
  /** Assumed from the order of creation only: nothing records that the key is of this generation. */
  assumed?: true;
}

/** A customer's generations with their keys, and the keys of its user that no file declares. */
export interface MatchedKeys<Key extends ListedKey = ListedKey> {
  generations: GenerationKey<Key>[];
  undeclared: Key[];
}

/** Longer than an update takes: keys whose creation is further apart come from different ones. */
const ONE_UPDATE = 2 * 60 * 60 * 1000;

/**
 * Finds the access key of each generation. AWS does not store the generation: `idOf` knows it, or, for
 * keys that were adopted or handed over, the file. With `byAge` the rest is assumed from the order of creation,
 * provided that as many keys as generations are left: a later generation is a later key. Keys that one update
 * has created side by side have no order.
 *
 * @param idOf - generation → access key id, where it is known for certain.
 */
export function matchKeys<Key extends ListedKey>(
  customer: Customer,
  keys: readonly Key[],
  idOf: (generation: number) => string | undefined,
  byAge = false,
): MatchedKeys<Key> {
  const records = [...(customer.adopted?.keys ?? []), ...(customer.handedOver ?? [])];
  const recorded = new Map(records.map(({ generation, key }) => [generation, key]));
  const generations = customer.keys.map(({ generation, status }): GenerationKey<Key> => {
    const recordedId = idOf(generation) ?? recorded.get(generation);
    const key = keys.find(({ id }) => id === recordedId);
    return {
      generation,
      declared: status,
      ...(recordedId === undefined ? {} : { recordedId }),
      ...(key === undefined ? {} : { key }),
    };
  });
  const taken = new Set(generations.map(({ key }) => key?.id));
  const undeclared = keys.filter(({ id }) => !taken.has(id));
  const open = generations.filter(({ key }) => key === undefined);
  if (!byAge || open.length !== undeclared.length) return { generations, undeclared };
  const oldestFirst = [...undeclared].sort((a, b) => time(a) - time(b));
  const isOrdered = oldestFirst.every(
    (key, at) => at === 0 || time(key) - time(oldestFirst[at - 1] ?? key) >= ONE_UPDATE,
  );
  if (!isOrdered) return { generations, undeclared };
  open.forEach((one, at) => Object.assign(one, { key: oldestFirst[at], assumed: true }));
  return { generations, undeclared: [] };
}

function time({ createdAt }: ListedKey): number {
  return new Date(createdAt ?? 0).getTime();
}
