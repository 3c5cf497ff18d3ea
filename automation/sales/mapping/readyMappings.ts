// The mappings that come with the project, and which of them fits an export.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fold } from "../reading/cellText";
import { readId } from "../reading/recordId";
import { FIELDS, type MappedField } from "../reading/usualHeaders";
import { parseMapping, READY_MAPPINGS, type Mapping } from "./mapping";

/** All ready mappings, in order of their names. */
export function readyMappings(): Mapping[] {
  return readdirSync(READY_MAPPINGS)
    .sort()
    .flatMap((name) => parseMapping(readFileSync(join(READY_MAPPINGS, name)), name).mapping ?? []);
}

/** Field → the header of the export that holds it. */
export type Headers = Partial<Record<MappedField, string>>;

/** The headers that a mapping knows. */
export function knownHeaders(present: readonly string[], mapping: Mapping): Headers {
  const headers: Headers = {};
  for (const field of FIELDS) {
    const known = mapping.columns[field]?.map(fold) ?? [];
    const found = known.flatMap((one) => present.find((cell) => fold(cell) === one) ?? [])[0];
    if (found !== undefined) headers[field] = found;
  }
  return headers;
}

/** Words that headers of any system have. */
const PLAIN_WORDS = new Set(
  [
    "account client code company contact contract customer date description e email end id licence",
    "license mail name number organisation organization plan product products stage state status",
  ]
    .join(" ")
    .split(" "),
);

/** Names a thing of one system, e.g. `Deal - Status`, `customers.id`, `Lifecycle Stage`. */
function isDistinctive(header: string): boolean {
  if (/[.:()]|__| - /.test(header)) return true;
  return fold(header)
    .split(/[^a-z0-9]+/)
    .some((word) => word !== "" && !PLAIN_WORDS.has(word));
}

/**
 * Whether an export is of the system that a mapping is for: it has the column of the id and one more,
 * and either a header or the form of the ids is that system's own.
 *
 * @param ids - some cells of the column of the id.
 */
export function isRecognised(
  headers: Headers,
  { ids: kind, idForm }: Mapping,
  ids: readonly string[],
): boolean {
  if (headers.id === undefined) return false;
  if (headers.status === undefined && headers.name === undefined) return false;
  if (Object.values(headers).some(isDistinctive)) return true;
  if (kind !== "salesforce" && kind !== "guid" && idForm.prefix === undefined) return false;
  const filled = ids.filter((cell) => cell !== "");
  const fits = filled.filter((cell) => readId(cell, kind, idForm).id !== undefined).length;
  return filled.length > 0 && fits >= filled.length * 0.9;
}
