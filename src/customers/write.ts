// What the script may change in a customer file.
import { collectionAt, setKey, withItem, withoutItem } from "../yaml/edits";
import { generationsIn } from "./generations";
import type { Adopted, CustomerStatus, IsoDate, IsoTime, KeyGeneration } from "./model";
import { flowAdopted, flowKeys, scalar } from "./newText";

export { setKey, UneditableFileError } from "../yaml/edits";

/** The display name, quoted where it must be. */
export function setName(text: string, name: string): string {
  return setKey(text, "name", scalar(name));
}

/** Who receives notices. */
export function setContact(text: string, contact: string): string {
  return setKey(text, "contact", scalar(contact));
}

/** `active` deletes the line: a file without it means the same. */
export function setStatus(text: string, status: CustomerStatus): string {
  return setKey(text, "status", status === "active" ? undefined : status);
}

/**
 * Records an emergency revocation.
 *
 * @param time - undefined deletes the record.
 */
export function setRevoked(text: string, time: IsoTime | undefined): string {
  return setKey(text, "revoked", time);
}

/** @param user - the generation of the IAM user. */
export function setUser(text: string, user: number): string {
  return setKey(text, "user", String(user));
}

/** Records which user and keys in AWS the file means. */
export function setAdopted(text: string, adopted: Adopted): string {
  return setKey(text, "adopted", flowAdopted(adopted));
}

/** @param expires - undefined deletes the end date. */
export function setExpires(text: string, expires: IsoDate | undefined): string {
  return setKey(text, "expires", expires);
}

/**
 * Sets the generations of keys: one is added, changed or deleted without touching the other.
 *
 * @param keys - at least one; those that stay keep their order in the file.
 */
export function setKeys(text: string, keys: readonly KeyGeneration[]): string {
  const wanted = new Map(keys.map((key) => [String(key.generation), key.status]));
  const present = keysIn(text)?.names ?? [];
  if (!present.some((generation) => wanted.has(generation))) {
    return setKey(text, "keys", flowKeys(keys));
  }
  let edited = text;
  for (const [generation, status] of wanted) edited = setGeneration(edited, generation, status);
  for (const generation of present.filter((one) => !wanted.has(one))) {
    const found = keysIn(edited);
    if (found === undefined) continue;
    edited = withoutItem(edited, found.collection, found.names.indexOf(generation));
  }
  return edited;
}

/**
 * Sets the repositories: each is added in its place or deleted, and the others keep their comments.
 *
 * @param repositories - sorted and unique, as in a Customer.
 */
export function setRepositories(text: string, repositories: readonly string[]): string {
  const wanted = new Set(repositories);
  const present = repositoriesIn(text)?.names ?? [];
  if (!present.some((name) => wanted.has(name))) {
    return setKey(text, "repositories", `[${repositories.join(", ")}]`);
  }
  let edited = text;
  for (const name of new Set([...present, ...wanted])) {
    const found = repositoriesIn(edited);
    if (found === undefined) continue;
    const { names, collection } = found;
    if (!wanted.has(name)) {
      edited = withoutItem(edited, collection, names.indexOf(name));
    } else if (!names.includes(name)) {
      const next = names.findIndex((other) => other > name);
      edited = withItem(edited, collection, next < 0 ? names.length : next, name);
    }
  }
  return edited;
}

/** Without the keys and without `key: true` in `identity`, beside which there has to be another one. */
export function withoutKeys(text: string): string {
  const found = collectionAt(text, "identity");
  const at =
    found?.node.kind === "map" ? found.node.entries.findIndex(({ key }) => key.text === "key") : -1;
  const own = found === undefined || at < 0 ? text : withoutItem(text, found, at);
  return setKey(own, "keys", undefined);
}

function setGeneration(text: string, generation: string, status: string): string {
  const found = keysIn(text);
  if (found === undefined) return text;
  const value = found.values[found.names.indexOf(generation)];
  if (value === undefined) {
    const next = found.names.findIndex((other) => Number(other) > Number(generation));
    const index = next < 0 ? found.names.length : next;
    return withItem(text, found.collection, index, `${generation}: ${status}`);
  }
  return text.slice(0, value.start) + status + text.slice(value.end);
}

function keysIn(text: string) {
  return generationsIn(text, "keys");
}

function repositoriesIn(text: string) {
  const collection = collectionAt(text, "repositories");
  if (collection?.node.kind !== "list") return undefined;
  const names = collection.node.items.map((item) => (item.kind === "scalar" ? item.text : ""));
  return { collection, names };
}
