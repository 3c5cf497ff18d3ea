// YAML nodes → values by a zod definition, with a problem at the place of each value that does not
// fit. The definition's registry says in words what a field expects; zod says whether it fits.
import { z } from "zod";
import { quoted } from "../printable";
import type { Problem } from "../problem";
import { suggest } from "./nearest";
import type { MapNode, YamlNode } from "./yamlNodes";

/** What a problem says about a field. */
export interface Field {
  /** Name of the check, e.g. `aws-account`. */
  check: string;
  /** Completes "expected …". */
  expected: string;
  /** What to write instead, a sentence with a full stop. */
  fix: string;
  /** Digits that other tools read as a number must stand in quotes. */
  quotedDigits?: boolean;
}

/** Words for the parts of a definition; the nearest enclosing part that is registered speaks. */
export const fieldWords = z.registry<Field>();

export interface ReadFields<T> {
  /** Missing when there is a problem. */
  value?: T;
  problems: Problem[];
}

/** Reads a node as what `schema` defines. All problems at once; never throws. */
export function readFields<T>(schema: z.ZodType<T>, root: YamlNode, file: string): ReadFields<T> {
  const reader = new FieldReader(file);
  const plain = reader.convert(root, schema, "");
  const parsed = schema.safeParse(plain);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) reader.report(schema, root, issue);
  }
  return reader.problems.length === 0 && parsed.success
    ? { value: parsed.data, problems: [] }
    : { problems: reader.problems };
}

/** `repositories[1]`, `source.id`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, "");
}

/** The node at a path, or the nearest one above it that exists. */
export function nodeAt(root: YamlNode, path: readonly PropertyKey[]): YamlNode {
  let node = root;
  for (const part of path) {
    const next =
      node.kind === "map"
        ? node.entries.find((entry) => entry.key.text === String(part))?.value
        : node.kind === "list"
          ? node.items[Number(part)]
          : undefined;
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** How a problem names what was found. */
export function shown(node: YamlNode): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  return node.text === "" && !node.quoted ? "nothing" : quoted(node.text);
}

class FieldReader {
  readonly problems: Problem[] = [];

  constructor(private readonly file: string) {}

  /** A scalar stays text unless its field is a boolean or a number. */
  convert(node: YamlNode, schema: z.ZodType, path: string): unknown {
    const inner = unwrap(schema, node);
    if (node.kind === "list") {
      const element = inner instanceof z.ZodArray ? (inner.element as z.ZodType) : inner;
      return node.items.map((item, index) => this.convert(item, element, `${path}[${index}]`));
    }
    if (node.kind === "map") return this.convertMap(node, inner, path);
    const words = fieldWords.get(inner);
    if (words?.quotedDigits && !node.quoted && /^[0-9_]+$/.test(node.text)) {
      const message = `expected ${words.expected}, got ${node.text} without quotes, which other tools read as a number`;
      this.add(node, path, words.check, message, `Write "${node.text}".`);
      return "0".repeat(12);
    }
    if (inner instanceof z.ZodBoolean && /^(true|false)$/.test(node.text)) {
      return node.text === "true";
    }
    if (inner instanceof z.ZodNumber && /^[0-9]{1,9}$/.test(node.text)) return Number(node.text);
    return node.text === "" && !node.quoted ? undefined : node.text;
  }

  private convertMap(node: MapNode, schema: z.ZodType, path: string): unknown {
    const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
    const known = Object.keys(shape);
    const result: Record<string, unknown> = {};
    for (const { key, value } of node.entries) {
      const own = path === "" ? key.text : `${path}.${key.text}`;
      if (schema instanceof z.ZodObject && !Object.hasOwn(shape, key.text)) {
        const message = `expected a known key, got ${quoted(key.text)}`;
        this.add(key, path, "unknown-key", message, suggest(key.text, known));
        continue;
      }
      const field = Object.hasOwn(shape, key.text)
        ? (shape[key.text] as z.ZodType)
        : schema instanceof z.ZodRecord
          ? (schema.valueType as z.ZodType)
          : schema;
      const converted = this.convert(value, field, own);
      // A plain assignment of `__proto__` would not make a key of its own.
      Object.defineProperty(result, key.text, { value: converted, enumerable: true });
    }
    return result;
  }

  report(schema: z.ZodType, root: YamlNode, issue: z.core.$ZodIssue): void {
    const node = nodeAt(root, issue.path);
    const path = pathText(issue.path);
    const isKey = issue.code === "invalid_key";
    const words = wordsAt(schema, root, issue.path, isKey);
    if (words === undefined) {
      this.add(node, path, "value", `expected another value, got ${shown(node)}`, issue.message);
      return;
    }
    if (isKey) {
      const key = quoted(String(issue.path.at(-1)));
      this.add(node, path, words.check, `expected ${words.expected}, got ${key}`, words.fix);
      return;
    }
    const missing = node !== root && nodeAt(root, issue.path.slice(0, -1)) === node;
    const found = missing || (node === root && issue.path.length > 0) ? "nothing" : shown(node);
    const message = `expected ${words.expected}, got ${found}`;
    this.add(node, path, words.check, message, words.fix);
  }

  private add(at: YamlNode, path: string, check: string, message: string, fix: string): void {
    const { line, column } = at;
    const twice = this.problems.some((one) => one.path === path && one.check === check);
    if (!twice) this.problems.push({ file: this.file, line, column, path, message, fix, check });
  }
}

/** Takes optional and default wrappers off; of alternatives, the one of the node's kind. */
function unwrap(schema: z.ZodType, node: YamlNode): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrap(schema.unwrap() as z.ZodType, node);
  }
  if (schema instanceof z.ZodUnion) {
    const options = schema.options as z.ZodType[];
    const isMap = node.kind === "map";
    return options.find((option) => option instanceof z.ZodObject === isMap) ?? schema;
  }
  return schema;
}

/** The words of the deepest registered part on the way to `path`, or of a map's key at its end. */
function wordsAt(
  schema: z.ZodType,
  root: YamlNode,
  path: readonly PropertyKey[],
  isKey: boolean,
): Field | undefined {
  let words = fieldWords.get(schema);
  let current: z.ZodType = unwrap(schema, root);
  let node = root;
  for (const [index, part] of path.entries()) {
    node = nodeAt(node, [part]);
    const inner = partOf(current, part, isKey && index === path.length - 1);
    if (inner === undefined) return words;
    words = fieldWords.get(inner) ?? words;
    current = unwrap(inner, node);
    words = fieldWords.get(current) ?? words;
  }
  return words;
}

function partOf(schema: z.ZodType, part: PropertyKey, isKey: boolean): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) {
    return (isKey ? schema.keyType : schema.valueType) as unknown as z.ZodType;
  }
  if (!(schema instanceof z.ZodObject)) return undefined;
  const shape = schema.shape as Record<string, z.ZodType>;
  return Object.hasOwn(shape, String(part)) ? shape[String(part)] : undefined;
}
