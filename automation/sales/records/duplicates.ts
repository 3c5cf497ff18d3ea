// Several rows of one record → one. The order of rows in the export does not matter, and no row
// takes from a customer what another one gives.
import { type Problem, problemIn } from "../../../src/problem";
import { byText } from "../../../src/access/order";
import type { IsoDate } from "../../../src/customers/model";
import type { DuplicatesRule, Mapping } from "../mapping/mapping";
import { propose, yamlLine } from "../reading/proposals";
import type { SalesRecord } from "./records";

/** What all rows of an id say together. */
export interface MergedRecord extends SalesRecord {
  /** What it keeps if its file has it: of rows that keep, and of rows that end before the deciding one. */
  kept: readonly string[];
  /** The end in the file stays if it is later: of rows that say nothing about it. */
  endStays: boolean;
  /** How many different rows there are. */
  rows: number;
}

/** In order of the ids. */
export interface MergedRecords {
  records: MergedRecord[];
  /** Ids of customers without any repository, which the mapping ignores. */
  ignoredIds: readonly string[];
  problems: Problem[];
}

/** Later than any day. */
const NO_END = "~";

/** One record for each id, by the mapping's rules. Rows that say the same are one by any rule. */
export function mergeDuplicates(
  records: readonly SalesRecord[],
  mapping: Mapping,
  file: string,
  today: IsoDate,
): MergedRecords {
  const rule = mapping.duplicates;
  const merged: MergedRecord[] = [];
  const ignoredIds: string[] = [];
  const problems: Problem[] = [];
  for (const group of groupsById(records)) {
    const [first, ...others] = distinct(group);
    const [other] = others;
    if (other !== undefined && rule === "refuse") {
      problems.push(twice(first, other, file, mapping.file));
      continue;
    }
    const record = other === undefined ? alone(first) : union([first, ...others], rule, today);
    if (record.action !== "grant" || record.repositories.length > 0) merged.push(record);
    else if (mapping.withoutRepositories === "suspend") {
      merged.push({ ...record, action: "suspend" });
    } else if (mapping.withoutRepositories === "ignore") ignoredIds.push(record.id);
    else problems.push(nothingGiven(record, file, mapping.file));
  }
  merged.sort((a, b) => byText(a.id, b.id));
  return { records: merged, ignoredIds, problems };
}

/** At least one. */
type Group = [SalesRecord, ...SalesRecord[]];

function groupsById(records: readonly SalesRecord[]): Iterable<Group> {
  const byId = new Map<string, Group>();
  for (const record of records) {
    const group = byId.get(record.id);
    if (group === undefined) byId.set(record.id, [record]);
    else group.push(record);
  }
  return byId.values();
}

/** Of rows that say the same the first one. */
function distinct(group: Group): Group {
  if (group.length === 1) return group;
  const [first, ...others] = group;
  const textOf = (record: SalesRecord) => JSON.stringify({ ...record, line: 0 });
  const seen = new Set([textOf(first)]);
  const more = others.filter((record) => {
    const text = textOf(record);
    return !seen.has(text) && seen.add(text);
  });
  return [first, ...more];
}

/** A record of one row, as most are. */
function alone(row: SalesRecord): MergedRecord {
  const { id, line, name, action, repositories, expires, contact } = row;
  const endStays = action === "grant" && expires === undefined;
  // Listed one by one: copied as a whole, 100,000 of them take three times the memory.
  return {
    id,
    line,
    name,
    action,
    repositories,
    expires,
    contact,
    kept: NONE,
    endStays,
    rows: 1,
  };
}

const NONE: readonly string[] = [];

/**
 * Rows that grant and have not ended count; beside them rows that keep, and nothing else. Only without
 * either do rows count that suspend, or whose end has passed.
 */
function union(group: Group, rule: DuplicatesRule, today: IsoDate): MergedRecord {
  const isRunning = ({ expires }: SalesRecord) => !(typeof expires === "string" && expires < today);
  const of = (action: SalesRecord["action"]) => group.filter((one) => one.action === action);
  const running = of("grant").filter(isRunning);
  // A product without images neither gives anything nor makes another one last longer.
  const giving = running.filter(({ repositories }) => repositories.length > 0);
  const granting = giving.length > 0 ? giving : running;
  const keeping = of("keep").filter(isRunning);
  const rows = group.length;
  if (granting.length === 0) {
    const [rest = []] = [of("keep"), of("grant"), of("suspend")].filter((one) => one.length > 0);
    return { ...joined(rest), kept: [], endStays: false, rows };
  }
  const deciding = rule === "latest-end" ? withLatestEnd(granting) : granting;
  const record = joined(deciding);
  const beside = [...keeping, ...granting].flatMap(({ repositories }) => repositories);
  const kept = new Set(beside.filter((name) => !record.repositories.includes(name)));
  const unsaid = granting.some(({ expires }) => expires === undefined);
  return { ...record, kept: [...kept].sort(), endStays: unsaid || keeping.length > 0, rows };
}

/** Their repositories add up, the latest end counts. */
function joined(counting: readonly SalesRecord[]): SalesRecord {
  const sorted = [...counting].sort(
    (a, b) =>
      byText(endText(b), endText(a)) ||
      // A blank name does not count.
      Number(a.name === "") - Number(b.name === "") ||
      byText(a.name, b.name) ||
      Number(a.contact === "") - Number(b.contact === "") ||
      byText(a.contact, b.contact),
  );
  const [winner] = sorted as [SalesRecord];
  const names = new Set(sorted.flatMap(({ repositories }) => repositories));
  return {
    ...winner,
    line: Math.min(...sorted.map(({ line }) => line)),
    repositories: [...names].sort(),
  };
}

function withLatestEnd(group: readonly SalesRecord[]): SalesRecord[] {
  const latest = group.map(endText).reduce((a, b) => (a > b ? a : b));
  return group.filter((record) => endText(record) === latest);
}

/** Compares ends as text; that of a row that says nothing about it is the earliest. */
function endText({ expires, action }: SalesRecord): string {
  if (expires === null) return action === "grant" ? NO_END : "";
  return expires ?? "";
}

function twice(first: SalesRecord, other: SalesRecord, file: string, mappingFile: string): Problem {
  const list = differences(first, other).join(" and ");
  const message = `expected one row for each id, got ${first.id} in line ${first.line} and, with another ${list}, in line ${other.line}`;
  const lines = [
    { line: yamlLine("duplicates", "any-active"), when: "if one row that grants is enough" },
    { line: yamlLine("duplicates", "latest-end"), when: "if the row that ends last decides" },
  ];
  const fix = `${propose(lines, mappingFile)} Or export one row for each customer.`;
  return problemIn(file, "record-twice", message, fix, { line: other.line, column: 1 });
}

function nothingGiven({ id, line }: MergedRecord, file: string, mappingFile: string): Problem {
  const message = `expected at least one repository for a customer with access, got none for ${id}`;
  const lines = [
    { line: yamlLine("withoutRepositories", "ignore"), when: "if such a record means nothing" },
    { line: yamlLine("withoutRepositories", "suspend"), when: "if it has no access" },
  ];
  const fix = `Correct its products in the sales system, or what they stand for. ${propose(lines, mappingFile)}`;
  return problemIn(file, "record-repositories", message, fix, { line, column: 1 });
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
