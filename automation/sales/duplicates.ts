// Several rows of one record → one. Which row stands first in the export decides nothing.
import { byText } from "../../src/access/order";
import { problemIn, type Problem } from "../../src/problem";
import type { DuplicatesRule } from "./mapping/mapping";
import type { SalesRecord } from "./records";

/** In order of the ids. */
export interface MergedRecords {
  records: SalesRecord[];
  problems: Problem[];
}

const RANK = { grant: 0, keep: 1, suspend: 2 } as const;

/** Later than any day. */
const NO_END = "~";

/** One record for each id, by the mapping's rule. Rows that say the same are one by any rule. */
export function mergeDuplicates(
  records: readonly SalesRecord[],
  rule: DuplicatesRule,
  file: string,
): MergedRecords {
  const byId = new Map<string, SalesRecord[]>();
  for (const record of records) {
    const group = byId.get(record.id);
    if (group === undefined) byId.set(record.id, [record]);
    else group.push(record);
  }
  const merged: SalesRecord[] = [];
  const problems: Problem[] = [];
  for (const group of byId.values()) {
    const [first, ...others] = group;
    if (first === undefined) continue;
    const other = others.find((one) => differences(first, one).length > 0);
    if (other === undefined) merged.push(first);
    else if (rule === "refuse") problems.push(twice(first, other, file));
    else merged.push(union(rule === "latest-end" ? withLatestEnd(group) : group));
  }
  return { records: merged.sort((a, b) => byText(a.id, b.id)), problems };
}

/**
 * Those that count most: one that grants is enough. Their repositories add up, the latest end
 * counts.
 */
function union(group: readonly SalesRecord[]): SalesRecord {
  const best = Math.min(...group.map(({ action }) => RANK[action]));
  const counting = group
    .filter(({ action }) => RANK[action] === best)
    .sort(
      (a, b) =>
        byText(endText(b), endText(a)) ||
        // A blank name is no name.
        Number(a.name === "") - Number(b.name === "") ||
        byText(a.name, b.name) ||
        Number(a.contact === "") - Number(b.contact === "") ||
        byText(a.contact, b.contact),
    );
  const [winner] = counting as [SalesRecord];
  const names = new Set(counting.flatMap(({ repositories }) => repositories));
  return {
    ...winner,
    line: Math.min(...counting.map(({ line }) => line)),
    repositories: [...names].sort(),
  };
}

function withLatestEnd(group: readonly SalesRecord[]): SalesRecord[] {
  const latest = group.map(endText).reduce((a, b) => (a > b ? a : b));
  return group.filter((record) => endText(record) === latest);
}

/** Compares ends as text: without an end is later than any day, but only for a row that grants. */
function endText({ expires, action }: SalesRecord): string {
  if (expires === null) return action === "grant" ? NO_END : "";
  return expires ?? "";
}

function twice(first: SalesRecord, other: SalesRecord, file: string): Problem {
  const list = differences(first, other).join(" and ");
  const message = `expected one row for each id, got ${first.id} in line ${first.line} and, with another ${list}, in line ${other.line}`;
  const fix =
    "Write `duplicates: any-active` or `latest-end` in the mapping, or export one row for each customer.";
  return problemIn(file, "record-twice", message, fix, { line: other.line, column: 1 });
}

/** What the file would differ in. */
function differences(a: SalesRecord, b: SalesRecord): string[] {
  return [
    ...(a.action === b.action ? [] : ["status"]),
    ...(a.repositories.join() === b.repositories.join() ? [] : ["repositories"]),
    ...(a.expires === b.expires ? [] : ["end date"]),
    ...(a.name === b.name ? [] : ["name"]),
    ...(a.contact === b.contact ? [] : ["contact"]),
  ];
}
