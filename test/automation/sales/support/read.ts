import { mergeDuplicates } from "../../../../automation/sales/duplicates";
import { parseMapping, type Mapping } from "../../../../automation/sales/mapping/mapping";
import { readTable } from "../../../../automation/sales/reading/readTable";
import { readRecords, wantedColumns, type SalesRecord } from "../../../../automation/sales/records";
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
`;

/** @throws when the text is no mapping without problems. */
export function mappingOf(text: string): Mapping {
  const { mapping, problems } = parseMapping(text, "crm.yaml");
  if (mapping === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  return mapping;
}

/**
 * What an export says by a mapping: records, or problems as they are printed; file `export.csv`.
 */
export interface ReadExport {
  records: SalesRecord[];
  problems: string[];
  how?: string;
  notes?: readonly string[];
  counts?: { rows: number; footer: number; ignored: number; withoutId: number };
}

export async function read(source: string | Uint8Array, mapping = MAPPING): Promise<ReadExport> {
  const checked = mappingOf(mapping);
  const bytes = typeof source === "string" ? Buffer.from(source) : source;
  const file = "export.csv";
  const result = await readTable(bytes, wantedColumns(checked), file, checked.encoding);
  if (result.table === undefined) {
    return { records: [], problems: result.problems.map(formatProblem) };
  }
  const { how, notes } = result.table;
  const { records, counts, problems } = readRecords(result.table, checked, file, CATALOGUE);
  const merged = mergeDuplicates(records, checked.duplicates, file);
  return {
    records: merged.records,
    problems: [...problems, ...merged.problems].map(formatProblem),
    how,
    notes,
    counts,
  };
}

/** `1 Acme grant`: enough of each record where the rest is shown elsewhere. */
export function briefly({ records }: ReadExport): string[] {
  return records.map(({ id, name, action }) => `${id} ${name} ${action}`);
}
