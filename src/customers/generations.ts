// The maps of a customer file whose keys are generations: `keys` and `handedOver`.
import { collectionAt } from "../yaml/edits";

/** The entries of such a map, in the order of the file; undefined when there is none. */
export function generationsIn(text: string, key: string) {
  const collection = collectionAt(text, key);
  if (collection?.node.kind !== "map") return undefined;
  const { entries } = collection.node;
  const names = entries.map(({ key }) => key.text);
  return { collection, names, values: entries.map(({ value }) => value) };
}
