import type { Customer } from "../../src/customers/model";
import { nearest } from "../../src/yaml/nearest";
import { UsageError } from "../output/usageError";

/**
 * The customer with an id.
 *
 * @param customers - all of them, or something with their ids.
 * @throws UsageError when there is no such customer, with the one that was probably meant.
 */
export function findCustomer<C extends Pick<Customer, "id">>(
  customers: readonly C[],
  id: string,
): C {
  const found = customers.find((customer) => customer.id === id);
  if (found !== undefined) return found;
  const close = nearest(
    id,
    customers.map((customer) => customer.id),
  );
  throw new UsageError(
    `there is no customer ${JSON.stringify(id)}`,
    close === undefined
      ? "`ecr-customers access` lists them all; an id is the name of a file without .yaml."
      : `Did you mean ${close}?`,
  );
}
