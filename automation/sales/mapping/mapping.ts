// A mapping file → a checked Mapping. Read by the same parser as customer files: positions, all
// problems at once, unknown keys refused.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { readFailure } from "../../../src/errorCode";
import type { StackConfig } from "../../../src/config";
import { EARLIEST_END } from "../../../src/customers/checks";
import type { IsoDate } from "../../../src/customers/model";
import { readFields } from "../../../src/yaml/fields";
import { suggest } from "../../../src/yaml/nearest";
import { problemAt, shown } from "../../../src/yaml/place";
import { decode } from "../../../src/yaml/text";
import { readYaml, type MapNode } from "../../../src/yaml/nodes";
import { problemIn, type Problem, sortProblems } from "../../../src/problem";
import { packageFile } from "../../../src/package";
import { fold } from "../reading/cellText";
import type { MappedField } from "../reading/usualHeaders";
import { mappingConflicts } from "./conflicts";
import { mappingDefinition, type MappingFile, type StatusAction } from "./definition";
import "./definitionWords";
import type { IdForm, IdKind } from "../reading/recordId";

/** Where the ready mappings are. */
export const READY_MAPPINGS = packageFile("automation", "sales", "mapping", "ready");

export type DuplicatesRule = "refuse" | "any-active" | "latest-end";

/** What happens to a record, or to a customer, that a rule is about. */
type RowsWithoutId = NonNullable<MappingFile["rowsWithoutId"]>;
type WithoutRepositories = NonNullable<MappingFile["withoutRepositories"]>;

/** What a mapping file says, with its defaults. Texts that are compared are folded. */
export interface Mapping {
  /** As the user knows it. */
  file: string;
  system: string;
  encoding?: string;
  sheet?: string;
  finalLineEnd: "required" | "optional";
  ids: IdKind;
  idForm: IdForm;
  /** Field → its headers as written, the preferred one first. */
  columns: Readonly<Partial<Record<MappedField, readonly string[]>>>;
  /** Folded status → action. */
  statuses: ReadonlyMap<string, StatusAction>;
  /** Folded product → repositories. */
  products: ReadonlyMap<string, readonly string[]>;
  /** For every customer. */
  repositories: readonly string[];
  /** A blank cell of the column `repositories`, where the mapping gives the customer others. */
  blankRepositories: "refuse" | "none";
  separator: string;
  /** Header as written → folded value → whether its rows are ignored. */
  ignoreRows: ReadonlyMap<string, ReadonlyMap<string, "ignore" | "read">>;
  /** Folded. */
  skipRows: ReadonlySet<string>;
  rowsWithoutId: RowsWithoutId;
  withoutRepositories: WithoutRepositories;
  duplicates: DuplicatesRule;
  dates: MappedDates;
  /** What the file says, as it is recorded in order to notice a changed mapping. */
  written: MappingFile;
  /** The file's nodes, for problems found later. */
  root: MapNode;
}

export interface MappedDates {
  /** E.g. `DD.MM.YYYY`, or `auto`. */
  format?: string;
  timeZone?: string;
  /** Undefined: a blank end date of a customer with access is refused. */
  blank?: "none" | "keep" | "suspend";
  /** `blank` counts also where nearly no other end date is blank. */
  fewBlanks: boolean;
  /** Folded. */
  noEnd: ReadonlySet<string>;
  earliest: IsoDate;
  latest?: IsoDate;
  serialNumbers: boolean;
  graceDays: number;
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
  const conflicts = mappingConflicts(read.partial, root, file);
  if (read.value === undefined || conflicts.length > 0) {
    return { problems: sortProblems([...read.problems, ...conflicts]) };
  }
  return { mapping: toMapping(read.value, root, file), problems: [] };
}

function toMapping(written: MappingFile, root: MapNode, file: string): Mapping {
  const { ids, columns, separator, rowsWithoutId, duplicates, dates, encoding, sheet } = written;
  const headers = Object.entries(columns).map(([field, one]) => [field, [one].flat()]);
  const folded = <T>(record: Record<string, T> | undefined) =>
    new Map(Object.entries(record ?? {}).map(([key, value]) => [fold(key), value]));
  const ignored = Object.entries(written.ignoreRows ?? {});
  return {
    file,
    root,
    written,
    system: written.system,
    ...(encoding === undefined ? {} : { encoding }),
    ...(sheet === undefined ? {} : { sheet }),
    finalLineEnd: written.finalLineEnd ?? "required",
    ids: ids ?? "text",
    idForm: written.idForm ?? {},
    columns: Object.fromEntries(headers) as Mapping["columns"],
    statuses: folded(written.statuses),
    products: folded(written.products),
    repositories: written.repositories ?? [],
    blankRepositories: written.blankRepositories ?? "refuse",
    separator: separator ?? ";",
    ignoreRows: new Map(ignored.map(([key, values]) => [key, folded(values)])),
    skipRows: new Set(written.skipRows?.map(fold)),
    rowsWithoutId: rowsWithoutId ?? "refuse",
    withoutRepositories: written.withoutRepositories ?? "refuse",
    duplicates: duplicates ?? "refuse",
    dates: {
      graceDays: 0,
      earliest: EARLIEST_END,
      serialNumbers: false,
      ...dates,
      fewBlanks: dates?.fewBlanks === "accept",
      noEnd: new Set(dates?.noEnd?.map(fold)),
    },
  };
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
