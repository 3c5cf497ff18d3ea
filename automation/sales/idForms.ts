// Ids that are probably the same, in another form than before: a spreadsheet has cut zeros, or a system
// writes capitals. Taken for another id, it would cut off the customer and create it a second time.
import { type Problem, problemIn } from "../../src/problem";
import { quoted } from "../../src/printable";
import type { Mapping } from "./mapping/mapping";
import { propose, yamlLine, type Proposal } from "./reading/proposals";
import { looseId, type IdForm } from "./reading/recordId";

/** An id of the export. */
export interface ExportedId {
  id: string;
  line: number;
}

/**
 * A problem for each id of the export that is new and differs from another one by its form only.
 *
 * @param known - ids that customer files and earlier imports have, in their normal form.
 */
export function idFormProblems(
  exported: readonly ExportedId[],
  known: ReadonlySet<string>,
  mapping: Mapping,
  file: string,
): Problem[] {
  const forms = new Map<string, string>();
  for (const id of known) forms.set(looseId(id, mapping.ids), id);
  const problems: Problem[] = [];
  for (const { id, line } of exported) {
    const loose = looseId(id, mapping.ids);
    const other = forms.get(loose);
    if (other === undefined) forms.set(loose, id);
    if (other === undefined || other === id || known.has(id)) continue;
    if (isDeclared(id, other, mapping.idForm)) continue;
    const where = known.has(other) ? "which customer files have" : "which the export has too";
    const message = `expected ids in one form, got ${quoted(id)}, which differs from ${quoted(other)}, ${where}, in its form only`;
    const fix = propose(proposals(id, other, mapping.idForm), mapping.file);
    problems.push(problemIn(file, "record-id-form", message, fix, { line, column: 1 }));
  }
  return problems;
}

/** The mapping says that the two are different ids. */
function isDeclared(id: string, other: string, form: IdForm): boolean {
  return differByCase(id, other) ? form.case === "exact" : form.zeros === "exact";
}

function differByCase(id: string, other: string): boolean {
  return id.toLowerCase() === other.toLowerCase();
}

function proposals(id: string, other: string, form: IdForm): Proposal[] {
  const line = (change: IdForm) => yamlLine("idForm", { ...form, ...change });
  if (differByCase(id, other)) {
    return [
      { line: line({ case: "ignore" }), when: "if they are one record" },
      { line: line({ case: "exact" }), when: "if they are two" },
    ];
  }
  const grouping = [id, other].map((one) => /[^0-9]/.exec(one)?.[0]).find(Boolean);
  const one = grouping === undefined ? { digits: Math.max(id.length, other.length) } : { grouping };
  return [
    { line: line(one), when: "if they are one record" },
    { line: line({ zeros: "exact" }), when: "if they are two" },
  ];
}
