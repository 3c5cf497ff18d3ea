import type { Customer, IsoDate } from "../customers/model";
import { userName } from "./arns";
import type { Grant, Principal } from "./model";
import { byText } from "./order";
import { sourceOf } from "./source";

/** What a customer's access follows from; a recorded customer has no more than that. */
export type Entitled = Pick<
  Customer,
  | "id"
  | "userName"
  | "repositories"
  | "status"
  | "expires"
  | "awsAccount"
  | "networks"
  | "vpcEndpoints"
>;

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
      const principal = principalOf(customer, namePrefix);
      const from = sourceOf(customer);
      const { expires } = customer;
      return customer.repositories.map((repository): Grant => ({
        customer: customer.id,
        repository,
        principal,
        ...(expires === undefined ? {} : { expires }),
        ...(from === undefined ? {} : { from }),
      }));
    })
    .sort((a, b) => byText(a.repository, b.repository) || byText(a.customer, b.customer));
}

function principalOf(customer: Entitled, namePrefix: string): Principal {
  return customer.awsAccount === undefined
    ? { kind: "user", userName: userName(namePrefix, customer) }
    : { kind: "account", account: customer.awsAccount };
}
