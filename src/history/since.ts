// What changed for all customers since a day, and whose access ended by itself.
import { accessEnded } from "../access/entitlements";
import { addDays, dayOf } from "../customers/isoDate";
import type { Customer, IsoDate } from "../customers/model";
import { changesOf, NOTHING, type Change } from "./changes";
import type { Version } from "./model";

/** A customer's file as it was before the first of some later versions. */
export interface FileSince {
  customer: string;
  /** Undefined: there was no file. */
  before: Version["customer"];
  versions: readonly Version[];
}

/** What happened to one customer's access: by a commit, or because its last day passed. */
export type CustomerChange = { customer: string; day: IsoDate } & (
  | { kind: "commit"; change: Change }
  /** `lost` are the repositories that its file lists. */
  | { kind: "ended"; expires: IsoDate; lost: readonly string[] }
);

/**
 * All that happened from the day `since` on, the latest first; commits that concern no access are left out.
 *
 * @param files - those that changed since then.
 * @param customers - as they are today: whose end date has passed since.
 */
export function changesSince(
  files: readonly FileSince[],
  customers: readonly Customer[],
  since: IsoDate,
  today: IsoDate,
): CustomerChange[] {
  const committed = files.flatMap(({ customer, before, versions }) => {
    const changes = changesOf(versions, before).filter(({ words: [first] }) => first !== NOTHING);
    return changes.map((change): CustomerChange => ({
      ...{ kind: "commit", customer, change },
      day: dayOf(change.commit.at),
    }));
  });
  const ended = customers.flatMap((customer): CustomerChange[] => {
    const { id, expires, status, repositories } = customer;
    const isEnd = status === "active" && expires !== undefined && accessEnded(customer, today);
    if (!isEnd || expires < since) return [];
    // The last day itself is one with access.
    const day = addDays(expires, 1);
    return [{ kind: "ended", customer: id, day, expires, lost: repositories }];
  });
  return [...committed, ...ended].sort((a, b) => latestFirst(a, b));
}

function latestFirst(a: CustomerChange, b: CustomerChange): number {
  const [one, other] = [timeOf(a), timeOf(b)];
  if (one !== other) return one < other ? 1 : -1;
  return a.customer < b.customer ? -1 : a.customer > b.customer ? 1 : 0;
}

function timeOf(change: CustomerChange): string {
  return change.kind === "commit" ? change.change.commit.at : `${change.day}T00:00:00Z`;
}
