// What can be counted about the layout of a checkout and about its words.
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { bannedWords, isJudged } from "../../scripts/bannedWords";
import {
  importCycles,
  MODULE_FOLDERS,
  moduleGraph,
  modulesIn,
  type ModuleGraph,
} from "../../scripts/moduleGraph";
import { danglingReferences, textFiles } from "../../scripts/references";

/** The script: the only part that had no rooms. */
const SCRIPT = "automation";

/** Figures by name, in the order in which they are shown. */
export type Figures = ReadonlyMap<string, string>;

/** Its references are examples of some that lead nowhere. */
const EXAMPLES = "test/documents.test.ts";

/** Counts a checkout. @param root - its folder. */
export function houseFigures(root: string): Figures {
  const modules = modulesIn(root, MODULE_FOLDERS);
  const graph = moduleGraph(root, modules);
  const rooms = roomGraph(moduleGraph(root, modulesIn(root, [SCRIPT])));
  const lengths = modules.map((file) => ({ file, lines: linesOf(root, file).length - 1 }));
  const [longest] = lengths.sort((a, b) => b.lines - a.lines);
  const loose = [...rooms.keys()].filter((room) => room.endsWith(".ts"));
  const texts = textFiles(root);
  const references = texts.filter((file) => file !== EXAMPLES);
  return new Map([
    [`loose files in ${SCRIPT}/`, String(loose.length)],
    [`rooms of ${SCRIPT}/, a loose file being one`, String(rooms.size)],
    ["arrows between them", String([...rooms.values()].reduce((sum, to) => sum + to.size, 0))],
    ["import cycles in the repository", String(importCycles(graph).length)],
    ["longest module", longest === undefined ? "-" : `${longest.lines} lines (${longest.file})`],
    [
      "modules over 200 lines",
      `${lengths.filter(({ lines }) => lines > 200).length} of ${modules.length}`,
    ],
    ["lines with banned words", String(countBanned(root, texts))],
    ["references that lead nowhere", String(danglingReferences(root, references).length)],
  ]);
}

/** Room → the other rooms that its modules import. A file at the top is a room of its own. */
function roomGraph(graph: ModuleGraph): ReadonlyMap<string, ReadonlySet<string>> {
  const rooms = new Map<string, Set<string>>();
  for (const [file, imports] of graph) {
    const room = roomOf(file);
    const others = imports.map(roomOf).filter((other) => other !== room);
    rooms.set(room, new Set([...(rooms.get(room) ?? []), ...others]));
  }
  return rooms;
}

function roomOf(file: string): string {
  const [top = "", room = ""] = file.split("/");
  return posix.join(top, room);
}

function countBanned(root: string, files: readonly string[]): number {
  return files
    .filter(isJudged)
    .map(
      (file) => new Set(bannedWords(linesOf(root, file).join("\n")).map(({ line }) => line)).size,
    )
    .reduce((sum, lines) => sum + lines, 0);
}

function linesOf(root: string, file: string): string[] {
  return readFileSync(join(root, file), "utf8").split("\n");
}
