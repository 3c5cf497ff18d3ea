import { parseMapping, type Mapping } from "../../../../automation/sales/mapping/mapping";
import { readExportBytes } from "../../../../automation/sales/readExport";
import type { MergedRecord } from "../../../../automation/sales/records/duplicates";
import { formatProblem } from "../../../../src/problem";

/** The catalogue of the tests. */
export const CATALOGUE = ["dashboard", "edge-agent", "orchestrator", "telemetry-sdk"];

/** A smallest mapping, with lines added or replaced by their key. */
export const MAPPING = `system: crm
columns:
  id: Id
  name: Name
  status: Status
statuses: { Won: grant, Late: keep, Lost: suspend, Open: ignore }
repositories: [edge-agent]
`;

/** The same with an end date and products. */
export const FULL_MAPPING = `system: crm
columns:
  id: Id
  name: Name
  status: Status
  products: Product
  expires: End
  contact: Mail
statuses: { Won: grant, Late: keep, Lost: suspend, Open: ignore }
products: { Agent: [edge-agent], Suite: [edge-agent, orchestrator], Support: [] }
dates: { blank: none, fewBlanks: accept }
`;

/** The same with another line for the dates. */
export function withDates(dates: string, mapping = FULL_MAPPING): string {
  return mapping.replace(/^dates: .*$/m, `dates: { ${dates} }`);
}

/** The day of an import in the tests. */
export const TODAY = "2026-11-23";

/** @throws when the mapping has problems. */
export function mappingOf(text: string): Mapping {
  const { mapping, problems } = parseMapping(text, "crm.yaml");
  if (mapping === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return mapping;
}

/**
 * What an export says by a mapping: records, or problems as they are printed; file `export.csv`.
 */
export interface ReadExport {
  records: readonly MergedRecord[];
  problems: string[];
  how?: string;
  notes?: readonly string[];
  counts?: { rows: number; footer: number; ignored: number; withoutId: number };
}

export async function read(source: string | Uint8Array, mapping = MAPPING): Promise<ReadExport> {
  const checked = mappingOf(mapping);
  const bytes = typeof source === "string" ? Buffer.from(source) : source;
  const context = { file: "export.csv", catalogue: CATALOGUE, today: TODAY };
  const { source: read, problems } = await readExportBytes(bytes, checked, context);
  if (read === undefined) return { records: [], problems: problems.map(formatProblem) };
  const { records, how, notes, counts } = read;
  return { records, problems: [], how, notes, counts };
}

/** `1 Acme grant`: enough of each record where the rest is shown elsewhere. */
export function briefly({ records }: ReadExport): string[] {
  return records.map(({ id, name, action }) => `${id} ${name} ${action}`);
}
