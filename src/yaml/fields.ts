// YAML nodes → values by a zod definition, with a problem at the place of each value that does not
// fit. The definition's registry says in words what a field expects; zod says whether it fits.
import { z } from "zod";
import { quoted } from "../printable";
import { problemIn, type Problem } from "../problem";
import { fieldWords, unwrap, wordsAt } from "./fieldWords";
import { mayMean, suggest } from "./nearest";
import { nodeAt, pathText, shown } from "./place";
import type { MapNode, YamlNode } from "./nodes";

interface ReadFields<T> {
  /** Missing when there is a problem. */
  value?: T;
  /** The fields without a problem, which can still be checked on their own. */
  partial: Partial<T>;
  problems: Problem[];
}

/** Reads a node as what `schema` defines. All problems at once; never throws. */
export function readFields<S extends z.ZodObject>(
  schema: S,
  root: YamlNode,
  file: string,
): ReadFields<z.infer<S>> {
  const reader = new FieldReader(file);
  const plain = reader.convert(root, schema, "");
  const parsed = schema.safeParse(plain);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) reader.report(schema, root, issue);
  }
  const { problems } = reader;
  if (parsed.success && problems.length === 0) {
    return { value: parsed.data, partial: parsed.data, problems };
  }
  const fields = Object.entries((plain ?? {}) as Record<string, unknown>).flatMap(
    ([key, value]) => {
      const field = schema.shape[key] as z.ZodType | undefined;
      const read = reader.broken.has(key) ? undefined : field?.safeParse(value);
      return read?.success ? [[key, read.data]] : [];
    },
  );
  return { partial: Object.fromEntries(fields) as Partial<z.infer<S>>, problems };
}

class FieldReader {
  readonly problems: Problem[] = [];
  /** Fields that have a problem although their text fits the definition. */
  readonly broken = new Set<string>();
  /** Keys that the definition does not have, with the path of their map and the place of their problem. */
  readonly #unknown: { key: string; map: string; at: number }[] = [];

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
    const needsQuotes = words?.quotedDigits === true && !node.quoted && /^[0-9]+$/.test(node.text);
    if (needsQuotes && inner.safeParse(node.text).success) {
      const message = `expected ${words.expected}, got ${node.text} without quotes, which other tools read as a number`;
      this.add(node, path, words.check, message, `Write "${node.text}".`);
      this.broken.add(path);
      return node.text;
    }
    if (inner instanceof z.ZodBoolean && /^(true|false)$/.test(node.text)) {
      return node.text === "true";
    }
    if (inner instanceof z.ZodNumber && /^[0-9]{1,9}$/.test(node.text)) return Number(node.text);
    return node.text === "" && !node.quoted ? undefined : node.text;
  }

  private convertMap(node: MapNode, schema: z.ZodType, path: string): unknown {
    const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
    const result: Record<string, unknown> = {};
    for (const { key, value } of node.entries) {
      const own = path === "" ? key.text : `${path}.${key.text}`;
      if (schema instanceof z.ZodObject && !Object.hasOwn(shape, key.text)) {
        const message = `expected a known key, got ${quoted(key.text)}`;
        this.#unknown.push({ key: key.text, map: path, at: this.problems.length });
        this.add(key, path, "unknown-key", message, suggest(key.text, Object.keys(shape)));
        continue;
      }
      const field = Object.hasOwn(shape, key.text)
        ? (shape[key.text] as z.ZodType)
        : schema instanceof z.ZodRecord
          ? (schema.valueType as z.ZodType)
          : schema;
      const converted = this.convert(value, field, own);
      // A plain assignment of `__proto__` would not create an own property; for other keys it is several times faster.
      if (key.text === "__proto__") {
        Object.defineProperty(result, key.text, { value: converted, enumerable: true });
      } else result[key.text] = converted;
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
    const isMissing = missing || (node === root && issue.path.length > 0);
    if (isMissing && this.#isMisspelled(issue.path)) return;
    const found = isMissing ? "nothing" : shown(node);
    const known = !missing && node.kind === "scalar" ? words.explain?.(node.text) : undefined;
    const message = `expected ${words.expected}, got ${known?.found ?? found}`;
    this.add(node, path, known?.check ?? words.check, message, known?.fix ?? words.fix);
  }

  /** A missing key that an unknown one of the same map was meant to be is one mistake, not two. */
  #isMisspelled(path: readonly PropertyKey[]): boolean {
    const [map, name] = [pathText(path.slice(0, -1)), String(path.at(-1))];
    const meant = this.#unknown.findIndex((one) => one.map === map && mayMean(one.key, name));
    const [unknown] = meant === -1 ? [] : this.#unknown.splice(meant, 1);
    const problem = unknown === undefined ? undefined : this.problems[unknown.at];
    if (unknown === undefined || problem === undefined) return false;
    this.problems[unknown.at] = { ...problem, fix: `Write "${name}".` };
    return true;
  }

  private add(
    { line, column }: YamlNode,
    path: string,
    check: string,
    message: string,
    fix: string,
  ): void {
    const twice = this.problems.some(
      (one) =>
        one.path === path && one.check === check && one.line === line && one.column === column,
    );
    if (!twice)
      this.problems.push(problemIn(this.file, check, message, fix, { line, column, path }));
  }
}
