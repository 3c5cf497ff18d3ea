// A customer's history for people.
import type { Change } from "../../src/history/changes";
import type { Commit } from "../../src/history/model";
import type { Reason, Why } from "../../src/history/why";

/** `2026-11-23 0123456789ab Jo Doe: Renew Acme`. */
export function commitWords({ id, at, author, subject }: Commit): string {
  return `${at.slice(0, "YYYY-MM-DD".length)} ${id.slice(0, 12)} ${author}: ${subject}`;
}

/** The cells of a change in a table. */
export function changeCells({ commit, words }: Change): string[] {
  const { id, at, author } = commit;
  return [at.slice(0, "YYYY-MM-DD".length), id.slice(0, 12), author, words.join(", ")];
}

/** The answer in a sentence without full stop. */
export function whyWords({ day, reason }: Why, customer: string, repository: string): string {
  const could = reason.kind === "granted" ? "could" : "could not";
  return `On ${day}, ${customer} ${could} pull ${repository}: ${reasonWords(reason)}`;
}

function reasonWords(reason: Reason): string {
  switch (reason.kind) {
    case "granted":
      return `its file listed the repository${reason.expires === undefined ? "" : `, with access until ${reason.expires}`}`;
    case "no-file":
      return "it had no file yet";
    case "deleted":
      return "its file had been deleted";
    case "not-listed":
      return "its file did not list the repository";
    case "suspended":
      return "it was suspended";
    case "ended":
      return `its last day with access was ${reason.expires}`;
  }
}
