// Which module of this repository imports which: the arrows between its files, and the circles in them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import ts from "typescript";

/** Folders of this repository that hold modules. */
export const MODULE_FOLDERS = ["src", "automation", "sandbox", "scripts", "bench"];

/** Module → the modules of the repository that it imports. Paths are relative, with slashes. */
export type ModuleGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the arrows between the modules of a checkout. Type imports, `import()` and `require()` of a
 * relative path count as well.
 *
 * @param root - the checkout's folder.
 * @param files - the modules, relative to it; an import of another file is left out.
 */
export function moduleGraph(root: string, files: readonly string[]): ModuleGraph {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const imports = ts
        .preProcessFile(text, true, true)
        .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
        .map(({ fileName }) => posix.join(dirname(file), fileName.replace(/\.(?:js|ts)$/, "")))
        .flatMap((path) => [`${path}.ts`, `${path}/index.ts`].filter((name) => known.has(name)));
      return [file, [...new Set(imports)].sort()];
    }),
  );
}

/** The TypeScript files below the folders of a checkout, sorted; a folder that is missing has none. */
export function modulesIn(root: string, folders: readonly string[]): string[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => posix.join(folder, ...name.split(/[\\/]/))),
    )
    .sort();
}

/** The import cycles: each as the files on the way, starting with the first of them by name. */
export function importCycles(graph: ModuleGraph): string[][] {
  const cycles = new Map<string, string[]>();
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      const cycle = path.slice(at);
      const first = cycle.indexOf([...cycle].sort()[0] ?? file);
      const turned = [...cycle.slice(first), ...cycle.slice(0, first)];
      cycles.set(turned.join(" "), turned);
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return [...cycles.values()];
}
