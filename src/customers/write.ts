// What the script may change in a customer file, and the layout of a new one.
import { collectionAt, setKey, withItem, withoutItem } from "../yaml/edits";
import type { Customer, CustomerStatus, HandOver, IsoDate, IsoTime, KeyGeneration } from "./model";

export { setKey, UneditableFileError } from "../yaml/edits";

const MODELINE = "# yaml-language-server: $schema=../schemas/customer.schema.json";

/** Longest line of a new file; a longer list gets a line for each item. */
const LINE_LENGTH = 100;

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

/**
 * Records hand-overs: each is added or replaced, and none is deleted.
 *
 * @param records - all records of the file, sorted by generation; at least one.
 */
export function setHandedOver(text: string, records: readonly HandOver[]): string {
  let edited = text;
  for (const record of records) {
    const found = handedOverIn(edited);
    if (found === undefined) return setKey(text, "handedOver", handedOverBlock(records));
    const { collection, names, values } = found;
    const { flow, column } = collection.node;
    const value = values[names.indexOf(String(record.generation))];
    if (value === undefined) {
      const next = names.findIndex((other) => Number(other) > record.generation);
      const item = flow ? flowRecord(record) : blockRecord(record, " ".repeat(column - 1));
      edited = withItem(edited, collection, next < 0 ? names.length : next, item);
    } else if (value.kind === "map") {
      for (const field of HAND_OVER_FIELDS) edited = setRecordField(edited, record, field);
    }
  }
  return edited;
}

const HAND_OVER_FIELDS = ["key", "on", "to"] as const;

/** Replaces only the value's own characters; everything around it stays. */
function setRecordField(
  text: string,
  record: HandOver,
  field: (typeof HAND_OVER_FIELDS)[number],
): string {
  const found = handedOverIn(text);
  const value = found?.values[found.names.indexOf(String(record.generation))];
  const entry = value?.kind === "map" && value.entries.find(({ key }) => key.text === field);
  if (!entry) return text;
  return text.slice(0, entry.value.start) + record[field] + text.slice(entry.value.end);
}

/** One field per line, because an age recipient is too long for one line. */
function handedOverBlock(records: readonly HandOver[]): string {
  return records.map((record) => `\n  ${blockRecord(record, "  ")}`).join("");
}

function blockRecord(record: HandOver, indent: string): string {
  const fields = HAND_OVER_FIELDS.map((field) => `\n${indent}  ${field}: ${record[field]}`);
  return `${record.generation}:${fields.join("")}`;
}

function flowRecord(record: HandOver): string {
  const fields = HAND_OVER_FIELDS.map((field) => `${field}: ${record[field]}`);
  return `${record.generation}: { ${fields.join(", ")} }`;
}

/** A new customer file, with everything that differs from the defaults. */
export function newCustomerText(customer: Customer): string {
  const { name, repositories, status, revoked, expires, keys, awsAccount } = customer;
  const { pgpKey, ageRecipient, contact, handedOver } = customer;
  const isDefaultKey =
    keys.length === 1 && keys[0]?.generation === 1 && keys[0].status === "active";
  const inOneLine = `repositories: [${repositories.join(", ")}]`;
  const lines: (string | false | undefined)[] = [
    MODELINE,
    `name: ${scalar(name)}`,
    ...(inOneLine.length <= LINE_LENGTH
      ? [inOneLine]
      : ["repositories:", ...repositories.map((repository) => `  - ${repository}`)]),
    status === "suspended" && "status: suspended",
    revoked && `revoked: ${revoked}`,
    expires && `expires: ${expires}`,
    !isDefaultKey && awsAccount === undefined && `keys: ${flowKeys(keys)}`,
    awsAccount && `awsAccount: "${awsAccount}"`,
    pgpKey && `pgpKey: ${pgpKey}`,
    ageRecipient && `ageRecipient: ${ageRecipient}`,
    contact !== undefined && `contact: ${scalar(contact)}`,
    customer.source &&
      `source: { system: ${customer.source.system}, id: ${JSON.stringify(customer.source.id)} }`,
    customer.protected && "protected: true",
    handedOver && `handedOver:${handedOverBlock(handedOver)}`,
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}

/** Plain where no tool can read it as anything but text, otherwise in double quotes as in JSON. */
function scalar(text: string): string {
  const isPlain = /^\p{L}([\p{L}\p{N} .,()@/_'&+-]*[\p{L}\p{N}.)])?$/u.test(text);
  const isWord = /^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain && !isWord ? text : JSON.stringify(text);
}

function flowKeys(keys: readonly KeyGeneration[]): string {
  return `{ ${keys.map(({ generation, status }) => `${generation}: ${status}`).join(", ")} }`;
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

function handedOverIn(text: string) {
  return generationsIn(text, "handedOver");
}

function generationsIn(text: string, key: string) {
  const collection = collectionAt(text, key);
  if (collection?.node.kind !== "map") return undefined;
  const { entries } = collection.node;
  const names = entries.map(({ key }) => key.text);
  return { collection, names, values: entries.map(({ value }) => value) };
}

function repositoriesIn(text: string) {
  const collection = collectionAt(text, "repositories");
  if (collection?.node.kind !== "list") return undefined;
  const names = collection.node.items.map((item) => (item.kind === "scalar" ? item.text : ""));
  return { collection, names };
}
