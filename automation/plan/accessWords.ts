import type { Grant, Principal } from "../../src/access/model";
import type { GrantPart } from "../../src/access/difference";
import { includesSource, sameSource, sourceWords } from "../../src/access/source";
import type { PlannedAccess } from "./plannedAccess";

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
  const principal = [principalText(before.principal), principalText(after.principal)];
  return [
    ...(before.expires === after.expires
      ? []
      : [`ends ${endText(after)} instead of ${endText(before)}`]),
    ...(principal[0] === principal[1]
      ? []
      : [`LOSES its access as ${principal[0]}, pulls as ${principal[1]}`]),
    ...sourceChange(first),
  ];
}

function endText({ expires }: Grant): string {
  return expires === undefined ? "never" : `after ${expires}`;
}

/** `user acme`, `AWS account 210987654321`. */
export function principalText(principal: Principal): string {
  return principal.kind === "user"
    ? `user ${principal.userName}`
    : `AWS account ${principal.account}`;
}

function list(grants: readonly GrantPart[]): string {
  return grants
    .map(({ repository, regions }) =>
      regions === undefined ? repository : `${repository} in ${regions.join(" and ")}`,
    )
    .join(", ");
}
