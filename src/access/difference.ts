import type { Grant } from "./model";
import { byText } from "./order";

/** How one customer's access differs. At least one of the lists holds something. */
export interface AccessChange {
  customer: string;
  /** Had no grant before. */
  isNew: boolean;
  /** Has no grant after. */
  isGone: boolean;
  gains: Grant[];
  loses: Grant[];
  /** May still pull, until another day than before, or as another principal. */
  changes: { before: Grant; after: Grant }[];
}

/**
 * Who gains and who loses access between two sets of grants, from the grants alone, never from
 * the text of a policy.
 *
 * @returns one entry for each customer with a difference, in order of the customers' ids.
 */
export function accessDifference(
  before: readonly Grant[],
  after: readonly Grant[],
): AccessChange[] {
  const [had, has] = [byCustomer(before), byCustomer(after)];
  const customers = [...new Set([...had.keys(), ...has.keys()])].sort(byText);
  return customers.flatMap((customer) => {
    const [then, now] = [had.get(customer) ?? NONE, has.get(customer) ?? NONE];
    const change: AccessChange = {
      customer,
      isNew: then.size === 0,
      isGone: now.size === 0,
      gains: [...now.values()].filter((grant) => !then.has(grant.repository)),
      loses: [...then.values()].filter((grant) => !now.has(grant.repository)),
      changes: [...now.values()].flatMap((grant) => {
        const previous = then.get(grant.repository);
        return previous === undefined || same(previous, grant)
          ? []
          : [{ before: previous, after: grant }];
      }),
    };
    return change.gains.length + change.loses.length + change.changes.length === 0 ? [] : [change];
  });
}

/** Repository → grant. */
type Grants = ReadonlyMap<string, Grant>;

const NONE: Grants = new Map();

function byCustomer(grants: readonly Grant[]): Map<string, Map<string, Grant>> {
  const customers = new Map<string, Map<string, Grant>>();
  for (const grant of grants) {
    const own = customers.get(grant.customer) ?? new Map<string, Grant>();
    customers.set(grant.customer, own.set(grant.repository, grant));
  }
  return customers;
}

function same(a: Grant, b: Grant): boolean {
  return a.expires === b.expires && principalText(a) === principalText(b);
}

function principalText({ principal }: Grant): string {
  return principal.kind === "user" ? `user ${principal.userName}` : `account ${principal.account}`;
}
