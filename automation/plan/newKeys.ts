import { hasUser } from "../../src/customers/identity";
import { byText } from "../../src/access/order";
import type { Customer } from "../../src/customers/model";
import type { KeyChange } from "./keyChanges";
import type { PlannedAccess } from "./plannedAccess";

/** A key that its customer does not have yet. */
export interface NewKey {
  customer: string;
  generation: number;
}

/** Every new key, and the keys of customers whose access begins only now. */
export function handovers(
  keys: readonly KeyChange[],
  access: readonly PlannedAccess[],
  customers: readonly Customer[],
): NewKey[] {
  const fresh = keys.filter(
    ({ change, works }) => (change === "new" || change === "another") && works,
  );
  const starting = new Set(
    access.filter(({ reason }) => reason === "new").map(({ customer }) => customer),
  );
  const unfinished = customers
    .filter((customer) => hasUser(customer) && starting.has(customer.id))
    .flatMap(({ id: customer, keys: all, adopted, user = 1 }) =>
      all
        .filter(({ status }) => status === "active")
        // The customer works with it, and no one has its secret.
        .filter(
          ({ generation }) =>
            user !== 1 || adopted?.keys.some((one) => one.generation === generation) !== true,
        )
        .map(({ generation }) => ({ customer, generation })),
    );
  const byName = new Map(
    [...fresh, ...unfinished].map(({ customer, generation }) => [
      `${customer} ${generation}`,
      { customer, generation },
    ]),
  );
  return [...byName.values()].sort(
    (a, b) => byText(a.customer, b.customer) || a.generation - b.generation,
  );
}
