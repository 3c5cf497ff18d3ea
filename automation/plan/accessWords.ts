import type { Grant } from "../../src/access/model";
import type { GrantPart } from "../../src/access/difference";
import { includesSource, sameSource, sourceWords } from "../../src/access/source";
import type { PlannedAccess } from "./plannedAccess";
import { principalsMissing, principalsText } from "./principalWords";

const ENDS: Readonly<Partial<Record<PlannedAccess["reason"], string>>> = {
  removed: "removed",
  suspended: "suspended",
  ended: "past its last day",
};

/**
 * One customer's change in plain words: `new, gains edge-agent until 2027-01-31`,
 * `LOSES orchestrator`, `suspended, LOSES edge-agent, orchestrator`.
 */
export function accessLine(change: PlannedAccess): string {
  const { reason, gains, loses, changes, losesKeys } = change;
  const words = [
    ...(reason === "new" || reason === "back" ? [reason] : []),
    ...(ENDS[reason] === undefined ? [] : [ENDS[reason]]),
    ...(loses.length > 0 ? [`LOSES ${list(loses)}`] : []),
    ...(losesKeys ? ["LOSES all its working keys"] : []),
    ...gainWords(gains),
    ...changeWords(changes),
    // Where its source changes, the words above say so.
    ...(changes.length === 0 ? gainedSource(gains) : []),
  ];
  return words.join(", ");
}

/** Grants that end on the same day are one phrase. */
function gainWords(gains: readonly GrantPart[]): string[] {
  const byEnd = new Map<string, GrantPart[]>();
  for (const grant of gains) {
    const end = grant.expires ?? "";
    byEnd.set(end, [...(byEnd.get(end) ?? []), grant]);
  }
  return [...byEnd].map(([end, grants]) => `gains ${list(grants)}${end && ` until ${end}`}`);
}

/** From where new grants work, when not from anywhere; all of a customer's work from the same places. */
function gainedSource([first]: readonly GrantPart[]): string[] {
  return first?.from === undefined ? [] : [`may pull only from ${sourceWords(first.from)}`];
}

function sourceChange({ before, after }: { before: Grant; after: Grant }): string[] {
  if (sameSource(before.from, after.from)) return [];
  const only = after.from === undefined ? "" : "only ";
  const words = `may pull ${only}from ${sourceWords(after.from)} instead of from ${sourceWords(before.from)}`;
  return includesSource(after.from, before.from) ? [words] : ["LOSES access from elsewhere", words];
}

function changeWords(changes: readonly { before: Grant; after: Grant }[]): string[] {
  const [first] = changes;
  if (first === undefined) return [];
  const { before, after } = first;
  const [lost, gained] = [principalsMissing(before, after), principalsMissing(after, before)];
  return [
    ...(before.expires === after.expires
      ? []
      : [`ends ${endText(after)} instead of ${endText(before)}`]),
    ...(lost.length === 0 ? [] : [`LOSES its access as ${lost.join(" and ")}`]),
    ...(gained.length > 0 || lost.length > 0 ? [`pulls as ${principalsText(after)}`] : []),
    ...sourceChange(first),
  ];
}

function endText({ expires }: Grant): string {
  return expires === undefined ? "never" : `after ${expires}`;
}

function list(grants: readonly GrantPart[]): string {
  return grants
    .map(({ repository, regions }) =>
      regions === undefined ? repository : `${repository} in ${regions.join(" and ")}`,
    )
    .join(", ");
}
