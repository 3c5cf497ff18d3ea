import type { Customer } from "../../src/customers/model";
import { nearest } from "../../src/yaml/nearest";
import { UsageError } from "../output/usageError";

/**
 * The customer that the person named.
 *
 * @param customers - all there are, or what stands for them.
 * @throws UsageError when there is none of that id, with the one that was probably meant.
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
      ? "`ecr-customers access` lists them all; an id is a file's name without .yaml."
      : `Did you mean ${close}?`,
  );
}
