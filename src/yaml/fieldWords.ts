// The words of a definition: what a problem says about each part of it. They are kept in a registry beside the
// zod definition, because zod's own messages neither name the key nor say what to write instead.
import { z } from "zod";
import { nodeAt } from "./place";
import type { YamlNode } from "./nodes";

/** What a problem says about a field. */
export interface Field {
  /** Name of the check, e.g. `aws-account`. */
  check: string;
  /** Completes "expected …". */
  expected: string;
  /** What to write instead, a sentence with a full stop. */
  fix: string;
  /** Digits that other tools would read as a number must be in quotes. */
  quotedDigits?: boolean;
  /** Better words for a wrong text with a known mistake. */
  explain?: (text: string) => Explanation | undefined;
}

/** A known mistake: what replaces the field's own words. */
export interface Explanation {
  check?: string;
  /** Completes "got …"; must be fit to print. */
  found: string;
  fix: string;
}

/** Words for the parts of a definition; those of the nearest enclosing registered part are used. */
export const fieldWords = z.registry<Field>();

/** Removes optional and default wrappers; of alternatives, returns the one that matches the node's kind. */
export function unwrap(schema: z.ZodType, node: YamlNode): z.ZodType {
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
export function wordsAt(
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
