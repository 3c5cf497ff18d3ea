import type { Customer, CustomerStatus, IsoDate, KeyGeneration } from "./model";
import { decode } from "./text";
import { readYaml, type MapEntry, type MapNode } from "./yamlNodes";

const MODELINE = "# yaml-language-server: $schema=../schemas/customer.schema.json";

/** Thrown when a file cannot be edited as it is; the message says why and what to do. */
export class UneditableFileError extends Error {
  constructor(reason: string) {
    super(`the file cannot be edited: ${reason}`);
    this.name = "UneditableFileError";
  }
}

/** `active` takes the line away: it is what a file without it means. */
export function setStatus(text: string, status: CustomerStatus): string {
  return setKey(text, "status", status === "active" ? undefined : status);
}

/** @param expires - undefined takes the end date away. */
export function setExpires(text: string, expires: IsoDate | undefined): string {
  return setKey(text, "expires", expires);
}

/** Writes the generations on one line, as `{1: inactive, 2: active}`. */
export function setKeys(text: string, keys: readonly KeyGeneration[]): string {
  const pairs = keys.map(({ generation, status }) => `${generation}: ${status}`);
  return setKey(text, "keys", `{${pairs.join(", ")}}`);
}

/** @param repositories - sorted and unique, as in a Customer. */
export function setRepositories(text: string, repositories: readonly string[]): string {
  return setKey(text, "repositories", `[${repositories.join(", ")}]`);
}

/**
 * Sets or takes away one key of a customer file; every other byte stays, comments too.
 *
 * @param value - as YAML on one line; undefined takes the key's lines away.
 * @throws UneditableFileError when the text is no map with one key a line.
 */
export function setKey(text: string, key: string, value: string | undefined): string {
  const map = readMap(text);
  const entry = map.entries.find((candidate) => candidate.key.text === key);
  if (entry === undefined) return value === undefined ? text : append(text, map, key, value);
  if (value === undefined) return withoutLines(text, entry);
  const { start, end } = entry.value;
  const isEmpty = start === end;
  return text.slice(0, start) + (isEmpty ? ` ${value}` : value) + text.slice(end);
}

/** A fresh file of a customer, with everything that differs from the defaults. */
export function newCustomerText(customer: Customer): string {
  const { name, repositories, status, expires, keys, awsAccount, pgpKey, contact } = customer;
  const isDefaultKey =
    keys.length === 1 && keys[0]?.generation === 1 && keys[0].status === "active";
  const lines: (string | undefined)[] = [
    MODELINE,
    `name: ${JSON.stringify(name)}`,
    `repositories: [${repositories.join(", ")}]`,
    status === "active" ? undefined : `status: ${status}`,
    expires && `expires: ${expires}`,
    isDefaultKey || awsAccount !== undefined
      ? undefined
      : `keys: {${keys.map((key) => `${key.generation}: ${key.status}`).join(", ")}}`,
    awsAccount && `awsAccount: "${awsAccount}"`,
    pgpKey && `pgpKey: ${pgpKey}`,
    contact === undefined ? undefined : `contact: ${JSON.stringify(contact)}`,
    customer.source &&
      `source: {system: ${customer.source.system}, id: ${JSON.stringify(customer.source.id)}}`,
    customer.protected ? "protected: true" : undefined,
  ];
  return `${lines.filter((line) => line !== undefined).join("\n")}\n`;
}

function readMap(text: string): MapNode {
  const decoded = decode(text, "");
  const { root } = decoded.text === text ? readYaml(text, "") : { root: undefined };
  if (root?.kind !== "map") throw new UneditableFileError("it has mistakes; `validate` lists them");
  if (root.flow) throw new UneditableFileError("write one `key: value` per line, without braces");
  return root;
}

/** A new line after the map's last one, before comments that follow it. */
function append(text: string, map: MapNode, key: string, value: string): string {
  const lineEnd = endOfLine(text, lastContent(text, map.end));
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text.slice(0, lineEnd);
  const separator = before.endsWith("\n") ? "" : newline;
  return `${before}${separator}${key}: ${value}${newline}${text.slice(lineEnd)}`;
}

function withoutLines(text: string, entry: MapEntry): string {
  const start = text.lastIndexOf("\n", entry.key.start - 1) + 1;
  return text.slice(0, start) + text.slice(endOfLine(text, lastContent(text, entry.value.end)));
}

/** The last character before `end` that is not a line's end: a block ends with the line after it. */
function lastContent(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}

/** The start of the next line. */
function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline + 1;
}
