// Edits of a customer file's text. Each changes the lines of one value; comments, blank lines and line
// ends elsewhere stay as they are, to the byte.
import { decode } from "./text";
import { readYaml, type ListNode, type MapEntry, type MapNode } from "./nodes";

/** Thrown when a file cannot be edited as it is; the message says why and what to do. */
export class UneditableFileError extends Error {
  constructor(reason: string) {
    super(`the file cannot be edited: ${reason}`);
    this.name = "UneditableFileError";
  }
}

/**
 * Sets or deletes one key of a customer file.
 *
 * @param value - as YAML on one line, or as a block: its lines, indented, after a line end;
 *   undefined deletes the key's lines.
 * @throws UneditableFileError when the text is not a map with one key per line.
 */
export function setKey(text: string, key: string, value: string | undefined): string {
  const map = readMap(text);
  const entry = entryOf(map, key);
  if (entry === undefined) return value === undefined ? text : append(text, map, key, value);
  if (value === undefined) {
    const start = startOfLine(text, entry.key.start);
    return text.slice(0, start) + text.slice(afterLine(text, entry.value.end));
  }
  const { start, end } = entry.value;
  // A block ends with the line end that the next key needs.
  const kept = entry.value.kind === "scalar" && entry.value.block ? lastContent(text, end) : end;
  const head = value.startsWith("\n") ? text.slice(0, start).trimEnd() : text.slice(0, start);
  const gap = start === end && !value.startsWith("\n") ? " " : "";
  return head + gap + withLineEnds(text, value) + text.slice(kept);
}

/** One item of a list, or one key with its value of a map, by its place in the text. */
interface Item {
  start: number;
  end: number;
}

/** A list or map that is the value of a key, with at least one item. */
interface Collection {
  node: ListNode | MapNode;
  items: readonly Item[];
}

/** The list or map at a key; undefined when it is missing, empty or something else. */
export function collectionAt(text: string, key: string): Collection | undefined {
  const node = entryOf(readMap(text), key)?.value;
  if (node === undefined || node.kind === "scalar") return undefined;
  const items =
    node.kind === "list"
      ? node.items
      : node.entries.map((entry) => ({ start: entry.key.start, end: entry.value.end }));
  if (items.length === 0) return undefined;
  const oneALine = items.every(({ start }) => /^[ \t]*(- +)?$/.test(before(text, start)));
  return node.flow || oneALine ? { node, items } : undefined;
}

/** Deletes an item with its comma or its line; it must not be the only item. */
export function withoutItem(text: string, { node, items }: Collection, index: number): string {
  const [item, next, previous] = [items[index], items[index + 1], items[index - 1]];
  if (item === undefined) return text;
  const [start, end] = !node.flow
    ? [startOfLine(text, item.start), afterLine(text, item.end)]
    : next !== undefined
      ? [item.start, next.start]
      : [previous?.end ?? item.start, item.end];
  return text.slice(0, start) + text.slice(end);
}

/**
 * Inserts an item before the one at `index`, or after the last one.
 *
 * @param item - on one line, or, where each item has lines of its own, with indented lines after it.
 */
export function withItem(
  text: string,
  { node, items }: Collection,
  index: number,
  item: string,
): string {
  const next = items[index];
  const last = items.at(-1) ?? node;
  if (node.flow && next !== undefined) return insert(text, next.start, `${item}, `);
  if (node.flow) return insert(text, last.end, `, ${item}`);
  const line = before(text, last.start) + withLineEnds(text, item);
  if (next !== undefined) {
    return insert(text, startOfLine(text, next.start), line + lineEnd(text));
  }
  return insertLine(text, afterLine(text, last.end), line);
}

/** Only a file whose YAML has no mistakes can be edited. */
function readMap(text: string): MapNode {
  const decoded = decode(text, "");
  if (decoded.text !== undefined && decoded.text !== text) {
    throw new UneditableFileError("save it as UTF-8 without a byte order mark");
  }
  const root = decoded.text === undefined ? undefined : readYaml(text, "").root;
  if (root?.kind !== "map")
    throw new UneditableFileError("it has mistakes; `ecr-customers validate` lists them");
  if (root.flow) throw new UneditableFileError("write one `key: value` per line, without braces");
  return root;
}

function entryOf(map: MapNode, key: string): MapEntry | undefined {
  return map.entries.find((candidate) => candidate.key.text === key);
}

/** Adds a line after the map's last one, before comments that follow it. */
function append(text: string, map: MapNode, key: string, value: string): string {
  const gap = value.startsWith("\n") ? "" : " ";
  return insertLine(text, afterLine(text, map.end), `${key}:${gap}${withLineEnds(text, value)}`);
}

function insertLine(text: string, at: number, line: string): string {
  const unfinished = at > 0 && text[at - 1] !== "\n";
  return insert(text, at, (unfinished ? lineEnd(text) : "") + line + lineEnd(text));
}

function insert(text: string, at: number, inserted: string): string {
  return text.slice(0, at) + inserted + text.slice(at);
}

/** A block with the line ends of the text that it goes into. */
function withLineEnds(text: string, block: string): string {
  return block.replaceAll("\n", lineEnd(text));
}

function lineEnd(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}

/** The part of a line before an offset. */
function before(text: string, offset: number): string {
  return text.slice(startOfLine(text, offset), offset);
}

/** The start of the line after a value's last one. */
function afterLine(text: string, valueEnd: number): number {
  const newline = text.indexOf("\n", lastContent(text, valueEnd));
  return newline < 0 ? text.length : newline + 1;
}

/** The offset after the last character that is not a blank or line end: a block ends with the line after it. */
function lastContent(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}
