import type { Grant } from "./model";
import { byText } from "./order";

/** Who can pull what: one row a customer, one column a repository. */
export interface AccessTable {
  /** Column heads, in name order. */
  repositories: string[];
  /** In order of the customers' ids; `cells[i]` belongs to `repositories[i]`. */
  rows: { customer: string; cells: (Grant | undefined)[] }[];
}

/**
 * Lays grants out as a table.
 *
 * @param customers - ids that get a row even without any grant, such as a suspended customer's.
 */
export function accessTable(
  grants: readonly Grant[],
  customers: readonly string[] = [],
): AccessTable {
  const repositories = unique(grants.map((grant) => grant.repository));
  const cells = new Map(grants.map((grant) => [cellKey(grant.customer, grant.repository), grant]));
  return {
    repositories,
    rows: unique([...customers, ...grants.map((grant) => grant.customer)]).map((customer) => ({
      customer,
      cells: repositories.map((repository) => cells.get(cellKey(customer, repository))),
    })),
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(byText);
}

/** Neither an id nor a repository's name holds a space. */
function cellKey(customer: string, repository: string): string {
  return `${customer} ${repository}`;
}
