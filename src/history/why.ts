// Who could pull what on a day, and by which commit, according to the files of that day.
import { accessEnded } from "../access/entitlements";
import { dayOf } from "../customers/isoDate";
import type { Customer, IsoDate } from "../customers/model";
import type { Commit, Version } from "./model";

/** Why a customer could pull a repository on a day, or why not. */
export type Reason =
  | { kind: "granted"; expires?: IsoDate }
  | { kind: "no-file" | "deleted" | "not-listed" | "suspended" }
  | { kind: "ended"; expires: IsoDate };

/** The answer for a day. */
export interface Why {
  day: IsoDate;
  reason: Reason;
  /** The commit since which this was so; undefined when there was no file yet. */
  commit?: Commit;
}

/**
 * Decides according to the file as it was at the end of the day.
 *
 * The commit is the one that brought about what decided: the last one before which the answer for the same day
 * would have been another one.
 *
 * @param versions - of the customer's file, in the order in which they came into the branch.
 */
export function why(versions: readonly Version[], repository: string, day: IsoDate): Why {
  const known = until(versions, day);
  const reasons = known.map(({ customer }) => reasonOf(customer, repository, day));
  const reason = reasons.at(-1);
  if (reason === undefined) return { day, reason: { kind: "no-file" } };
  let at = reasons.length - 1;
  while (at > 0 && isSame(reasons[at - 1], reason)) at--;
  const commit = known[at]?.commit;
  return { day, reason, ...(commit === undefined ? {} : { commit }) };
}

/** A version whose file could not be read. */
interface ReadableVersion extends Version {
  customer: Customer | undefined;
}

/** Versions up to the end of a day. With a file that cannot be read no update ran: AWS kept what was there before. */
function until(versions: readonly Version[], day: IsoDate): ReadableVersion[] {
  return versions.flatMap(({ commit, customer }): ReadableVersion[] => {
    const isLater = dayOf(commit.at) > day;
    return isLater || customer === "unreadable" ? [] : [{ commit, customer }];
  });
}

function reasonOf(customer: Customer | undefined, repository: string, day: IsoDate): Reason {
  if (customer === undefined) return { kind: "deleted" };
  const { status, expires, repositories } = customer;
  if (!repositories.includes(repository)) return { kind: "not-listed" };
  if (status === "suspended") return { kind: "suspended" };
  if (expires !== undefined && accessEnded(customer, day)) return { kind: "ended", expires };
  return { kind: "granted", ...(expires === undefined ? {} : { expires }) };
}

/** A later end is no other reason for access; for its end, the date is the reason. */
function isSame(a: Reason | undefined, b: Reason): boolean {
  if (a?.kind !== b.kind) return false;
  return a.kind !== "ended" || b.kind !== "ended" || a.expires === b.expires;
}
