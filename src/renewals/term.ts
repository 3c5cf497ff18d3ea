// How long the term lasts that a customer's end date ends: no file says when it began, the history does.
import { dayOf } from "../customers/isoDate";
import type { IsoDate } from "../customers/model";
import type { Version } from "../history/model";
import { daysFrom } from "../notices/days";

/** A change of the end by less than this corrects it, and is no term of its own. */
const SHORTEST_TERM = 28;

/**
 * The day on which the term began that ends with the last version's `expires`: the end before it, the day of the
 * commit that set the first one, or the day of the commit that renewed access after it had ended.
 *
 * @param versions - of the customer's file, the oldest first.
 * @returns undefined when the last version has no end.
 */
export function beginOfTerm(versions: readonly Version[]): IsoDate | undefined {
  let term: { begin: IsoDate; end: IsoDate } | undefined;
  for (const { commit, customer } of versions) {
    if (customer === "unreadable") continue;
    const [day, end] = [dayOf(commit.at), customer?.expires];
    if (end === undefined) term = undefined;
    else if (term === undefined) term = { begin: day, end };
    else if (daysFrom(term.end, end) < SHORTEST_TERM) term = { ...term, end };
    else term = { begin: day > term.end ? day : term.end, end };
  }
  return term?.begin;
}
