// What an import would do, in the reader's order: who gains and loses, each field that changes,
// what is reported and kept.
import { accessEnded } from "../../src/access/entitlements";
import type { AccessChange } from "../../src/access/difference";
import type { IsoDate } from "../../src/customers/model";
import { accessLine } from "../plan/accessWords";
import type { AccessReason } from "../plan/plannedAccess";
import type { ReportLine, Section } from "../output/report";
import { counted, digits } from "../../src/counted";
import { changeLines, fieldChanges } from "./changedFields";
import type { ImportRefusal } from "./importLimits";
import { losers } from "./importLimits";
import type { ImportPlan } from "./importPlan";
import type { CustomerChange, ImportNote } from "./reconciled";

/** All sections of the report; those without lines are left out, but for access. */
export function importSections(plan: ImportPlan, today: IsoDate): Section[] {
  const sections: Section[] = [
    { title: "Export", lines: readingLines(plan) },
    { title: "Access", lines: accessLines(plan, today) },
    { title: "Customer files", lines: plan.changes.flatMap(changeLines) },
    { title: "Kept as they are", lines: noteLines(plan.notes) },
  ];
  return sections.filter(({ title, lines }) => title === "Access" || lines.length > 0);
}

/** Why an import stops, whom it concerns, and which flag lets the same import pass. */
export function importRefusalSections(refused: readonly ImportRefusal[]): Section[] {
  if (refused.length === 0) return [];
  const lines = refused.flatMap(({ message, items, flag }): ReportLine[] => [
    { cells: [items.length > 0 ? `${message}:` : message], tone: "bad" },
    ...items.map((item): ReportLine => ({ cells: [`  ${item}`], tone: "bad" })),
    { cells: [`If this is intended, import with ${flag}.`] },
  ]);
  return [{ title: "Refused: nothing is written", lines }];
}

/** `3 new customers, 5 changed, 1 loses access, 2 not in the export`. */
export function importSummary({ changes, facts }: ImportPlan): string {
  const created = changes.filter(({ kind }) => kind === "new").length;
  const losing = losers(facts.access).length;
  if (changes.length === 0) return "no customer file changes";
  const lose =
    losing === 0 ? "no one loses access" : `${losing} ${losing === 1 ? "loses" : "lose"} access`;
  const absent =
    facts.absent.length === 0 ? "" : `, ${digits(facts.absent.length)} not in the export`;
  return `${counted(created, "new customer")}, ${digits(changes.length - created)} changed, ${lose}${absent}`;
}

function readingLines({ exportFile, how, counts, readingNotes, system }: ImportPlan): ReportLine[] {
  const { rows, footer, ignored, withoutId, customers } = counts;
  const aside = [
    ...(ignored > 0 ? [`${counted(ignored, "row")} that the mapping ignores`] : []),
    ...(withoutId > 0 ? [`${counted(withoutId, "row")} without an id`] : []),
    ...(footer > 0 ? [`${counted(footer, "line")} of a footer left out`] : []),
  ];
  const list = aside.length === 0 ? "" : `; ${aside.join(", ")}`;
  const text = `${exportFile}: ${how}, ${counted(rows, "row")}, ${counted(customers, "customer")} of ${system}${list}`;
  return [
    { cells: [text], tone: "quiet" },
    ...readingNotes.map((note): ReportLine => ({ cells: [note], tone: "warning" })),
  ];
}

function accessLines({ access, changes }: ImportPlan, today: IsoDate): ReportLine[] {
  if (access.length === 0) return [{ cells: ["no one gains or loses access"], tone: "quiet" }];
  const byCustomer = new Map(changes.map((change) => [change.customer, change]));
  const losing = new Set(losers(access));
  return access.map((change) => {
    const reason = reasonOf(change, byCustomer.get(change.customer), today);
    const isAbsent = byCustomer.get(change.customer)?.suspendedBy === "absence";
    const words = accessLine({ ...change, reason, losesKeys: false });
    return {
      cells: [change.customer, isAbsent ? `${words}, because it is not in the export` : words],
      tone: losing.has(change.customer) ? "bad" : "good",
    };
  });
}

function reasonOf(
  { isNew, isGone }: AccessChange,
  change: CustomerChange | undefined,
  today: IsoDate,
): AccessReason {
  if (isNew) return change?.kind === "new" ? "new" : "back";
  if (!isGone || change === undefined) return "edited";
  if (change.after.status === "suspended") return "suspended";
  return accessEnded(change.after, today) ? "ended" : "edited";
}

/** What a note says, and how to hand over a file that may be the same customer's. */
function noteWords({ kind, other }: ImportNote): string {
  if (other === undefined) return NOTE_WORDS[kind];
  return `${NOTE_WORDS[kind]}: if they are the same customer, write \`${other.line}\` into ${other.file} and import again`;
}

const NOTE_WORDS: Readonly<Record<ImportNote["kind"], string>> = {
  absent: "is not in the export; an absent customer keeps what it has",
  ignored: "has only rows that the mapping ignores",
  protected: "is protected: it is not changed as the export says",
  "suspended-by-hand":
    "is suspended, and not by an import: delete `status: suspended` from its file to give access back",
  "off-boarded":
    "was off-boarded, so no file is created: if it is a customer again, add a file under another id with this record as its `source`",
  "fewer-rows":
    "has fewer rows than at an earlier import; it keeps what the missing ones gave, unless `--removals suspend` is set",
  "same-name": "is new and has the name of a customer that this system does not own",
  ended: "is not created: its end date has passed",
  "no-access": "is not created: its status gives no access",
};

/** Lists each note, but only counts records without a file, of which an export may hold thousands. */
function noteLines(notes: readonly ImportNote[]): ReportLine[] {
  const isCounted = ({ kind }: ImportNote) => kind === "ended" || kind === "no-access";
  const single = notes
    .filter((note) => !isCounted(note))
    .map((note): ReportLine => ({
      cells: [note.subject, note.name, noteWords(note)],
      tone: note.kind === "absent" || note.kind === "ignored" ? undefined : "warning",
    }));
  const many = (["ended", "no-access"] as const).flatMap((kind): ReportLine[] => {
    const count = notes.filter((note) => note.kind === kind).length;
    if (count === 0) return [];
    const are = kind === "ended" ? "whose end date has passed" : "whose status gives no access";
    return [
      {
        cells: [`${counted(count, "record")} without a file, ${are}: none is created`],
        tone: "quiet",
      },
    ];
  });
  return [...single, ...many];
}

/** The plan as JSON: the same that is printed, as values. */
export function importAsJson(
  plan: ImportPlan,
  refused: readonly ImportRefusal[],
  written: boolean,
) {
  const { stack, system, exportFile, how, readingNotes, counts, access, notes, facts, digest } =
    plan;
  return {
    stack,
    system,
    export: exportFile,
    how,
    notes: readingNotes,
    counts,
    changes: plan.changes.map((change) => ({
      customer: change.customer,
      record: change.record,
      line: change.line,
      kind: change.kind,
      fields: fieldChanges(change),
    })),
    access,
    losing: losers(facts.access),
    entitledBefore: facts.entitledBefore.length,
    entitledAfter: facts.entitledAfter.length,
    kept: notes,
    refusals: refused,
    digest,
    written,
  };
}
