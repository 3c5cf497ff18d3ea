import type { Customer } from "../src/customers/model";
import { nearest } from "../src/customers/nearest";
import { UsageError } from "./usageError";

/**
 * The customer that the person named.
 *
 * @throws UsageError when there is none of that id, with the one that was probably meant.
 */
export function findCustomer(customers: readonly Customer[], id: string): Customer {
  const found = customers.find((customer) => customer.id === id);
  if (found !== undefined) return found;
  const close = nearest(
    id,
    customers.map((customer) => customer.id),
  );
  throw new UsageError(
    `there is no customer ${JSON.stringify(id)}`,
    close === undefined
      ? "`ecr-customers access` lists them all; an id is a file's name without .yaml."
      : `Did you mean ${close}?`,
  );
}
