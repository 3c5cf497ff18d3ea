/**
 * Files that were renamed. A file's name is the customer's id, and so the name of its user: under another
 * one the customer gets another user with another key, and the key that it uses stops working.
 */
import type { Customer } from "./model";

/** By what a customer is recognised under another id. */
export interface KnownCustomer {
  id: string;
  /** `companyOf` its file. */
  company: string;
  repositories: readonly string[];
}

/** A customer that had one id and now has another one. */
export interface RenamedCustomer {
  before: string;
  after: string;
}

/** The record of the sales system that owns the file; the name of a customer without one. */
export function companyOf({
  source,
  name,
}: {
  source?: Customer["source"] | undefined;
  name: string;
}): string {
  return source === undefined ? `name ${name}` : `source ${source.system}/${source.id}`;
}

/**
 * Customers whose file is gone while a new one has the same source, or the same name and repositories.
 *
 * @param before - the customers of an earlier time.
 * @param retired - ids of customers that were off-boarded, which no one takes for renamed.
 */
export function renamedCustomers(
  before: readonly KnownCustomer[],
  after: readonly Customer[],
  retired: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): RenamedCustomer[] {
  const [oldIds, newIds] = [before, after].map((all) => new Set(all.map(({ id }) => id)));
  const gone = before.filter(({ id }) => newIds?.has(id) === false && !retired.has(id));
  const renamed: RenamedCustomer[] = [];
  for (const customer of after) {
    if (oldIds?.has(customer.id) === true) continue;
    const company = companyOf(customer);
    const isSame = (one: KnownCustomer) =>
      one.company === company &&
      (customer.source !== undefined || one.repositories.join() === customer.repositories.join());
    const at = gone.findIndex(isSame);
    const [old] = at === -1 ? [] : gone.splice(at, 1);
    if (old !== undefined) renamed.push({ before: old.id, after: customer.id });
  }
  return renamed;
}

/** What to do about it. */
export function renamedFix({ before, after }: RenamedCustomer): string {
  return `Rename ${after}.yaml back to ${before}.yaml: an id stays when a company's name changes. To give the customer another id and another key, off-board the old id first: \`ecr-customers offboard ${before}\`.`;
}
