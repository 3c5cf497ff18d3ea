import { accessEnded } from "../../src/access/entitlements";
import type { Grant } from "../../src/access/model";
import type { Customer, IsoDate } from "../../src/customers/model";
import { principalsText } from "./principalWords";

/** What one customer may pull on a day. */
export interface CustomerAccess {
  customer: Customer;
  grants: readonly Grant[];
}

/** Grants by customer, those without any included, in the order of `customers`. */
export function byCustomer(
  customers: readonly Customer[],
  grants: readonly Grant[],
): CustomerAccess[] {
  const own = new Map(customers.map(({ id }) => [id, [] as Grant[]]));
  for (const grant of grants) own.get(grant.customer)?.push(grant);
  return customers.map((customer) => ({ customer, grants: own.get(customer.id) ?? [] }));
}

/** Those who may pull a repository, with that grant only. */
export function toRepository(all: readonly CustomerAccess[], repository: string): CustomerAccess[] {
  return all.flatMap(({ customer, grants }) => {
    const its = grants.filter((grant) => grant.repository === repository);
    return its.length === 0 ? [] : [{ customer, grants: its }];
  });
}

/** Those whose access ends within a number of days from `day`, the first to end first. */
export function endingWithin(
  all: readonly CustomerAccess[],
  days: number,
  day: IsoDate,
): CustomerAccess[] {
  const last = new Date(Date.parse(`${day}T00:00:00Z`) + days * 24 * 60 * 60 * 1000)
    .toISOString()
    .slice(0, "YYYY-MM-DD".length);
  const ending = all.flatMap((one) => {
    const { expires } = one.customer;
    const isEnding = expires !== undefined && expires <= last && one.grants.length > 0;
    return isEnding ? [{ expires, one }] : [];
  });
  return ending.sort((a, b) => (a.expires < b.expires ? -1 : 1)).map(({ one }) => one);
}

/** `active`, `suspended`, or `ended after 2027-01-31`. */
export function statusOn(customer: Customer, day: IsoDate): string {
  if (customer.status === "suspended") return "suspended";
  return accessEnded(customer, day) ? `ended after ${customer.expires}` : "active";
}

/** A row for each customer, those that can pull nothing included; the first row has the titles. */
export function customerRows(all: readonly CustomerAccess[], day: IsoDate): string[][] {
  const rows = all.map(({ customer, grants }) => [
    customer.id,
    customer.name,
    grants.map(({ repository }) => repository).join(" "),
    customer.expires ?? "",
    ...recordCells(customer, day),
  ]);
  return [["customer", "name", "repositories", "until", ...RECORD_COLUMNS], ...rows];
}

/** A row for each grant; the first row has the titles. */
export function grantRows(all: readonly CustomerAccess[], day: IsoDate): string[][] {
  const rows = all.flatMap(({ customer, grants }) =>
    grants.map((grant) => [
      customer.id,
      customer.name,
      grant.repository,
      grant.expires ?? "",
      principalsText(grant),
      ...recordCells(customer, day),
    ]),
  );
  return [["customer", "name", "repository", "until", "pulls as", ...RECORD_COLUMNS], ...rows];
}

const RECORD_COLUMNS = ["status", "contact", "owner", "source"] as const;

function recordCells(customer: Customer, day: IsoDate): string[] {
  const { contact = "", owner = "", source } = customer;
  const record = source === undefined ? "" : `${source.system} ${source.id}`;
  return [statusOn(customer, day), contact, owner, record];
}
