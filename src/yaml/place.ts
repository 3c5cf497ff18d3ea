// Where a problem is and what was found there, in words that are safe to print.
import { counted } from "../counted";
import { printable, quoted } from "../printable";
import { problemIn, type Problem } from "../problem";
import type { YamlNode } from "./nodes";

/** Longest path that is shown: its parts may be keys from outside. */
const PATH_LENGTH = 80;

/** `repositories[1]`, `source.id`, safe to print. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((before, part) => {
    if (typeof part === "number") return `${before}[${part}]`;
    return before === "" ? String(part) : `${before}.${String(part)}`;
  }, "");
  return printable(text, PATH_LENGTH);
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

/** A problem at a path of a document, or at the nearest part above it that exists. */
export function problemAt(
  { file, root }: { file: string; root: YamlNode },
  path: readonly PropertyKey[],
  check: string,
  message: string,
  fix: string,
): Problem {
  const { line, column } = nodeAt(root, path);
  return problemIn(file, check, message, fix, { line, column, path: pathText(path) });
}

/** How a problem names what was found. */
export function shown(node: YamlNode): string {
  if (node.kind === "list") return node.items.length === 0 ? "an empty list" : "a list";
  if (node.kind === "map") {
    return node.entries.length === 0
      ? "an empty map"
      : `a map with ${counted(node.entries.length, "key")}`;
  }
  return node.text === "" && !node.quoted ? "nothing" : quoted(node.text);
}
