// Exports that no other module imports.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { moduleGraph } from "./moduleGraph";

/**
 * Finds exports that could be private to their file: no module that imports the file contains their name. Types are
 * left out: they name a part of what an exported function takes or returns.
 *
 * @param root - the checkout's folder.
 * @param files - all modules that may import, tests included, relative to it.
 * @returns lines of the form `<file>: <name>`, sorted.
 */
export function unusedExports(root: string, files: readonly string[]): string[] {
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const importers = new Map<string, string[]>();
  for (const [file, imported] of moduleGraph(root, files)) {
    for (const one of imported) importers.set(one, [...(importers.get(one) ?? []), file]);
  }
  return files.flatMap((file) =>
    exportedNames(texts.get(file) ?? "")
      .filter((name) => {
        const word = new RegExp(`\\b${name}\\b`);
        const isUsed = (text = "") => text.includes(name) && word.test(text);
        return !(importers.get(file) ?? []).some((other) => isUsed(texts.get(other)));
      })
      .map((name) => `${file}: ${name}`),
  );
}

/** The layout is Prettier's: a declaration starts its line. */
const EXPORTED = /^export (?:async function|function|class|const) (\w+)|^export \{ ([^}]+) \};/gm;

function exportedNames(text: string): string[] {
  return [...text.matchAll(EXPORTED)].flatMap(([, name, list]) => name ?? list?.split(", ") ?? []);
}
