import { grantRegions } from "./grantRegions";
import type { Grant } from "./model";
import { byText } from "./order";
import { sameSource } from "./source";

/** A grant, or the part of it in some regions. */
export type GrantPart = Grant;

/** Repository → regions in which it can be pulled. */
export type Regions = ReadonlyMap<string, readonly string[]>;

/** How one customer's access differs. At least one of the lists holds something. */
export interface AccessChange {
  customer: string;
  /** Had no grant before. */
  isNew: boolean;
  /** Has no grant after. */
  isGone: boolean;
  gains: GrantPart[];
  loses: GrantPart[];
  /** May still pull, until another day than before, as another principal, or from elsewhere. */
  changes: { before: Grant; after: Grant }[];
}

/**
 * Who gains and who loses access between two sets of grants, from the grants alone, never from
 * the text of a policy.
 *
 * @param regions - where each repository could and can be pulled, when that may have changed.
 * @returns one entry for each customer with a difference, in order of the customers' ids.
 */
export function accessDifference(
  before: readonly Grant[],
  after: readonly Grant[],
  regions: { before: Regions; after: Regions } = { before: new Map(), after: new Map() },
): AccessChange[] {
  const [had, has] = [byCustomer(before), byCustomer(after)];
  const customers = [...new Set([...had.keys(), ...has.keys()])].sort(byText);
  return customers.flatMap((customer) => {
    const [then, now] = [had.get(customer) ?? NONE, has.get(customer) ?? NONE];
    const change: AccessChange = {
      customer,
      isNew: then.size === 0,
      isGone: now.size === 0,
      gains: missing(now, then, regions.after, regions.before),
      loses: missing(then, now, regions.before, regions.after),
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

/** What of `some` is not in `others`: whole grants, and grants in some regions. */
function missing(
  some: Grants,
  others: Grants,
  someRegions: Regions,
  otherRegions: Regions,
): GrantPart[] {
  return [...some.values()].flatMap((grant): GrantPart[] => {
    const { repository } = grant;
    const other = others.get(repository);
    if (other === undefined) return [inItsRegions(grant, someRegions.get(repository))];
    const kept = grantRegions(other, otherRegions.get(repository) ?? []);
    const its = grantRegions(grant, someRegions.get(repository) ?? []);
    const gone = its.filter((region) => !kept.includes(region));
    return gone.length === 0 ? [] : [{ ...grant, regions: gone }];
  });
}

/** A whole grant; its regions are named only where the repository has others too. */
function inItsRegions(grant: Grant, all: readonly string[] | undefined): GrantPart {
  if (grant.regions === undefined || all === undefined) return grant;
  const { regions: _, ...rest } = grant;
  const its = grantRegions(grant, all);
  return its.length === all.length ? rest : { ...rest, regions: its };
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
  return (
    a.expires === b.expires && principalsText(a) === principalsText(b) && sameSource(a.from, b.from)
  );
}

function principalsText({ principals }: Grant): string {
  return JSON.stringify(principals.map((one) => JSON.stringify(one)).sort());
}
