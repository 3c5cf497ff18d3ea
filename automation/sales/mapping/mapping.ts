// A mapping file → a checked Mapping. Read by the same machinery as customer files: positions, all
// problems at once, unknown keys refused.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { readFailure } from "../../../src/errorCode";
import type { StackConfig } from "../../../src/config";
import { readFields } from "../../../src/yaml/fields";
import { suggest } from "../../../src/yaml/nearest";
import { problemAt, shown } from "../../../src/yaml/place";
import { decode } from "../../../src/yaml/text";
import { readYaml, type MapNode } from "../../../src/yaml/nodes";
import { quoted } from "../../../src/printable";
import { problemIn, type Problem, sortProblems } from "../../../src/problem";
import { fold } from "../reading/cellText";
import type { DateRules } from "../reading/endDate";
import { mappingDefinition, type MappingFile, type StatusAction } from "./definition";
import type { IdKind } from "../reading/recordId";

/** Where the ready mappings are. */
export const READY_MAPPINGS = join(__dirname, "ready");

/** The columns that a mapping may name. */
export const FIELDS = [
  "id",
  "name",
  "status",
  "products",
  "repositories",
  "expires",
  "contact",
] as const;
export type MappedField = (typeof FIELDS)[number];

export type DuplicatesRule = "refuse" | "any-active" | "latest-end";

/** What a mapping file says, with its defaults. Texts that are compared are folded. */
export interface Mapping {
  /** As the user knows it. */
  file: string;
  system: string;
  encoding?: string;
  ids: IdKind;
  /** Field → its headers as written, the preferred one first. */
  columns: Readonly<Partial<Record<MappedField, readonly string[]>>>;
  /** Folded status → action. */
  statuses: ReadonlyMap<string, StatusAction>;
  /** Folded product → repositories. */
  products: ReadonlyMap<string, readonly string[]>;
  /** For every customer. */
  repositories: readonly string[];
  separator: string;
  /** Header as written → folded values. */
  ignoreRows: ReadonlyMap<string, ReadonlySet<string>>;
  rowsWithoutId: "refuse" | "ignore";
  duplicates: DuplicatesRule;
  dates: DateRules & { blank: "none" | "keep" | "suspend" };
  /** What the file says, as it is recorded in order to notice a changed mapping. */
  written: MappingFile;
  /** The file's nodes, for problems found later. */
  root: MapNode;
}

export interface LoadedMapping {
  /** Missing when there is a problem. */
  mapping?: Mapping;
  problems: Problem[];
}

/** Tokens of a mapping: a price list may be long. */
const MAX_PARTS = 50_000;

/**
 * Reads a mapping file and checks its repositories against the stack's catalogue. Never throws.
 *
 * @param path - absolute, or relative to the working directory.
 */
export function loadMapping(path: string, config: StackConfig): LoadedMapping {
  const file = relative(process.cwd(), path) || path;
  try {
    const { mapping, problems } = parseMapping(readFileSync(path), file);
    if (mapping === undefined) return { problems };
    const unknown = unknownRepositories(mapping, config);
    return unknown.length > 0 ? { problems: unknown } : { mapping, problems: [] };
  } catch (error) {
    const message = `expected a readable mapping file, got ${readFailure(error)}`;
    const fix = "Check `--mapping`; ready ones are in automation/sales/mapping/ready.";
    return { problems: [problemIn(file, "mapping-readable", message, fix)] };
  }
}

/** Reads a mapping file's text; without the stack's catalogue. Never throws. */
export function parseMapping(source: Uint8Array | string, file: string): LoadedMapping {
  const decoded = decode(source, file);
  if (decoded.text === undefined) return { problems: decoded.problems };
  const { root, problems } = readYaml(decoded.text, file, MAX_PARTS);
  if (root === undefined) return { problems };
  if (root.kind !== "map") {
    const message = `expected the keys of a mapping, got ${shown(root)}`;
    const fix = "Write at least `system`, `columns` and `statuses`; see docs/sales-exports.md.";
    return { problems: [problemIn(file, "mapping", message, fix)] };
  }
  const read = readFields(mappingDefinition, root, file);
  const conflicts = conflictsIn(read.partial, root, file);
  if (read.value === undefined || conflicts.length > 0) {
    return { problems: sortProblems([...read.problems, ...conflicts]) };
  }
  return { mapping: toMapping(read.value, root, file), problems: [] };
}

function toMapping(written: MappingFile, root: MapNode, file: string): Mapping {
  const { ids, columns, separator, rowsWithoutId, duplicates, dates } = written;
  const headers = Object.entries(columns).map(([field, one]) => [field, [one].flat()]);
  const folded = <T>(record: Record<string, T> | undefined) =>
    new Map(Object.entries(record ?? {}).map(([key, value]) => [fold(key), value]));
  const ignored = Object.entries(written.ignoreRows ?? {});
  return {
    file,
    root,
    written,
    system: written.system,
    ...(written.encoding === undefined ? {} : { encoding: written.encoding }),
    ids: ids ?? "text",
    columns: Object.fromEntries(headers) as Mapping["columns"],
    statuses: folded(written.statuses),
    products: folded(written.products),
    repositories: written.repositories ?? [],
    separator: separator ?? ";",
    ignoreRows: new Map(ignored.map(([key, values]) => [key, new Set(values.map(fold))])),
    rowsWithoutId: rowsWithoutId ?? "refuse",
    duplicates: duplicates ?? "refuse",
    dates: {
      timeZone: "UTC",
      graceDays: 0,
      blank: "none",
      ...dates,
    },
  };
}

type Add = (path: PropertyKey[], check: string, message: string, fix: string) => void;

/** What no single key can tell. */
function conflictsIn(read: Partial<MappingFile>, root: MapNode, file: string): Problem[] {
  const problems: Problem[] = [];
  const add: Add = (path, check, message, fix) => {
    problems.push(problemAt({ file, root }, path, check, message, fix));
  };
  for (const key of ["statuses", "products"] as const) checkTwins(key, read, add);
  const { statuses, columns, products, repositories, duplicates } = read;
  if (statuses !== undefined && !Object.values(statuses).includes("grant")) {
    const message = "expected at least one status that means grant, got none";
    add(["statuses"], "mapping-no-grant", message, "Write e.g. `Closed Won: grant`.");
  }
  if (columns === undefined) return problems;
  if (products !== undefined && columns.products === undefined) {
    const message = "expected the column of the products beside `products`, got none";
    add(
      ["products"],
      "mapping-products",
      message,
      "Write e.g. `products: Product` under `columns`.",
    );
  }
  if (columns.products !== undefined && products === undefined && !has(root, "products")) {
    const message = "expected the repositories of each product, got no `products`";
    const fix = "Write e.g. `Edge Agent: [edge-agent]` under `products`.";
    add(["columns", "products"], "mapping-products", message, fix);
  }
  // One that cannot be read has its own problem.
  const given = repositories === undefined ? has(root, "repositories") : repositories.length > 0;
  if (!given && columns.products === undefined && columns.repositories === undefined) {
    const message = "expected something that says which repositories a customer gets, got nothing";
    const fix =
      "Write `products` with its column, a column `repositories`, or `repositories` for all.";
    add([], "mapping-no-repositories", message, fix);
  }
  if (duplicates === "latest-end" && columns.expires === undefined) {
    const message = "expected the column of the end date, by which `latest-end` decides, got none";
    const fix = "Write e.g. `expires: Contract End` under `columns`, or another rule.";
    add(["duplicates"], "mapping-duplicates", message, fix);
  }
  return problems;
}

/** Keys that are equal but for case and blanks mean one value of the export. */
function checkTwins(key: "statuses" | "products", read: Partial<MappingFile>, add: Add): void {
  const seen = new Map<string, string>();
  for (const name of Object.keys(read[key] ?? {})) {
    const twin = seen.get(fold(name));
    seen.set(fold(name), name);
    if (twin === undefined) continue;
    const message = `expected each value once, case and blanks aside, got ${quoted(name)} beside ${quoted(twin)}`;
    add([key, name], "mapping-twin", message, "Delete one of the two.");
  }
}

function has(root: MapNode, key: string): boolean {
  return root.entries.some((entry) => entry.key.text === key);
}

function unknownRepositories(mapping: Mapping, config: StackConfig): Problem[] {
  const { written, root, file } = mapping;
  const known = [...config.repositories.keys()];
  const check = (path: PropertyKey[], names: readonly string[]) =>
    names.flatMap((name, index): Problem[] => {
      if (config.repositories.has(name)) return [];
      const at = [...path, index];
      const message = `expected a repository of the stack's catalogue, got "${name}"`;
      const fix = suggest(name, known);
      return [problemAt({ file, root }, at, "repository-known", message, fix)];
    });
  return sortProblems([
    ...check(["repositories"], mapping.repositories),
    ...Object.entries(written.products ?? {}).flatMap(([product, names]) =>
      check(["products", product], names),
    ),
  ]);
}
