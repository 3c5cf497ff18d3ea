// The plain form in which nearly every customer file is written: one `key: value` per line, with a text, a list of
// texts or a map of texts. Such a file is read here, in a tenth of the time that a parser of all of YAML takes:
// thousands of files are read in each run. A text that is in any way different is left to that parser, and
// test/yaml/plainForm.test.ts proves that both give the same nodes.
import type { ListNode, MapEntry, MapNode, YamlNode } from "./nodes";

/** Longer texts are left to the parser, which limits their parts. */
const MAX_LENGTH = 2_000;

/** What no YAML parser reads as anything but text: no indicator at its start, no `: ` and no ` #` in it. */
const WORDS = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N} .,()@/_'&+-]*[\p{L}\p{N}.)])?`;
/** The same inside brackets and braces, where a comma ends it. */
const ITEM = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N} .()@/_'&+-]*[\p{L}\p{N}.)])?`;
/** In double quotes, without an escape. */
const QUOTED = String.raw`"[^"\\\p{Cc}]*"`;
const VALUE = `(?:${QUOTED}|${ITEM})`;
const PAIR = `${ITEM}: ${VALUE}`;

const LINE = new RegExp(
  String.raw`^([A-Za-z][A-Za-z0-9]{0,60}): (?:(${WORDS})|(${QUOTED})|(\[${VALUE}(?:, ${VALUE})*\])|(\{ ?${PAIR}(?:, ${PAIR})* ?\}))$`,
  "u",
);
const VALUES = new RegExp(VALUE, "gu");
const PAIRS = new RegExp(`(${ITEM}): (${VALUE})`, "gu");

/** Where a line of the text is. */
interface Line {
  /** Its number, 1-based. */
  number: number;
  /** Offset of its first character. */
  start: number;
}

type Scalar = MapEntry["key"];

/**
 * Reads a text in plain form.
 *
 * @returns the same nodes as a YAML parser gives; undefined when the text is in another form, or has a key twice.
 */
export function readPlainForm(text: string): MapNode | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const entries: MapEntry[] = [];
  const keys = new Set<string>();
  let start = 0;
  for (const [index, written] of text.split("\n").entries()) {
    if (written !== "" && !written.startsWith("#")) {
      const entry = entryIn(written, { number: index + 1, start });
      if (entry === undefined || keys.has(entry.key.text)) return undefined;
      keys.add(entry.key.text);
      entries.push(entry);
    }
    start += written.length + 1;
  }
  return entries.length === 0 ? undefined : mapOf(entries);
}

function entryIn(written: string, line: Line): MapEntry | undefined {
  const match = LINE.exec(written);
  if (match === null) return undefined;
  const [, key = "", words, quoted, list, map] = match;
  const at = key.length + ": ".length;
  const value = words ?? quoted;
  const node =
    value !== undefined
      ? scalar(value, at, line)
      : list !== undefined
        ? listOf(list, at, line)
        : flowMap(map ?? "", at, line);
  return node && { key: scalar(key, 0, line), value: node };
}

function scalar(written: string, at: number, line: Line): Scalar {
  const quoted = written.startsWith('"');
  const text = quoted ? written.slice(1, -1) : written;
  return { kind: "scalar", text, quoted, block: false, ...extent(written, at, line) };
}

function listOf(written: string, at: number, line: Line): ListNode {
  const items = [...written.matchAll(VALUES)].map(({ 0: item, index }) =>
    scalar(item, at + index, line),
  );
  return { kind: "list", flow: true, items, ...extent(written, at, line) };
}

function flowMap(written: string, at: number, line: Line): YamlNode | undefined {
  const entries = [...written.matchAll(PAIRS)].map(
    ({ 0: pair, 1: key = "", 2: value = "", index }) => ({
      key: scalar(key, at + index, line),
      value: scalar(value, at + index + pair.length - value.length, line),
    }),
  );
  const keys = new Set(entries.map(({ key }) => key.text));
  if (keys.size < entries.length) return undefined;
  return { kind: "map", flow: true, entries, ...extent(written, at, line) };
}

/** A map without braces begins with its first key and ends with its last value. */
function mapOf(entries: MapEntry[]): MapNode {
  const { line = 1, column = 1, start = 0 } = entries[0]?.key ?? {};
  const end = entries.at(-1)?.value.end ?? start;
  return { kind: "map", flow: false, entries, start, end, line, column };
}

function extent(written: string, at: number, line: Line) {
  const start = line.start + at;
  return { start, end: start + written.length, line: line.number, column: at + 1 };
}
