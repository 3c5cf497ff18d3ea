import type { Customer, IsoDate } from "../customers/model";
import type { Identified } from "../customers/identity";
import type { Grant } from "./model";
import { byText } from "./order";
import { principalsOf } from "./principals";
import { sourceOf } from "./source";

/** What a customer's access follows from; a recorded customer has no more than that. */
export type Entitled = Pick<
  Customer,
  | "id"
  | "userName"
  | "repositories"
  | "status"
  | "expires"
  | "networks"
  | "vpcEndpoints"
  | "regions"
> &
  Identified;

/** Suspended, or past its last day: `expires` itself is still a day with access. */
export function accessEnded(
  customer: Pick<Customer, "status" | "expires">,
  today: IsoDate,
): boolean {
  const expired = customer.expires !== undefined && customer.expires < today;
  return customer.status === "suspended" || expired;
}

/**
 * Who may pull what on the day `today`; a customer that has ended has no grant.
 *
 * @returns grants sorted by repository, then customer, whatever the order of `customers`.
 */
export function entitledGrants(
  customers: readonly Entitled[],
  { namePrefix }: { namePrefix: string },
  today: IsoDate,
): Grant[] {
  return customers
    .filter((customer) => !accessEnded(customer, today))
    .flatMap((customer) => {
      const principals = principalsOf(customer, namePrefix);
      const from = sourceOf(customer);
      const { expires, regions } = customer;
      return customer.repositories.map((repository): Grant => ({
        customer: customer.id,
        repository,
        principals,
        ...(expires === undefined ? {} : { expires }),
        ...(from === undefined ? {} : { from }),
        ...(regions === undefined ? {} : { regions }),
      }));
    })
    .sort((a, b) => byText(a.repository, b.repository) || byText(a.customer, b.customer));
}
