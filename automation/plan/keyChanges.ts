import { hasUser } from "../../src/customers/identity";
import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { CustomerOutput } from "../../src/stack/outputs";
import { ACCESS_KEY_TYPE, type Change, type EngineReport } from "../engine/events";
import { otherKeys } from "../../src/customers/otherKeys";

/** What makes a key with another secret. */
const CREATIONS: ReadonlySet<Change> = new Set(["create", "replace"]);

/** What happens to one access key of a customer that keeps its user. */
export interface KeyChange {
  customer: string;
  generation: number;
  /** `another`: not the key that the customer has, although of the same generation. */
  change: "new" | "another" | "activated" | "deactivated" | "deleted";
  /** The customer can log in with it afterwards. */
  works: boolean;
}

/** The keys of a customer, before or after an update. */
type Keyed = Pick<Customer, "status" | "expires"> & {
  keys: ReadonlyMap<number, string>;
};

/**
 * What the files change about keys, except what follows from a customer's start or end, which is
 * shown as access.
 *
 * @param recorded - by id, what the last update recorded.
 * @param engine - what the engine knows of keys and would change.
 */
export function keyChanges(
  recorded: Readonly<Record<string, CustomerOutput>>,
  customers: readonly Customer[],
  day: IsoDate,
  { keyIds = {}, changes }: Pick<EngineReport, "keyIds" | "changes"> = { changes: [] },
): KeyChange[] {
  const created = new Set(
    changes
      .filter(({ type, change }) => type === ACCESS_KEY_TYPE && CREATIONS.has(change))
      .map(({ name }) => name),
  );
  const imported = new Set(
    changes
      .filter(({ type, change }) => type === ACCESS_KEY_TYPE && change === "import")
      .map(({ name }) => name),
  );
  return customers.flatMap((customer) => {
    const idOf = (generation: number) => keyIds[`${customer.id}-${generation}`];
    const others = new Set(otherKeys(customer, idOf).map(({ generation }) => generation));
    const before = recorded[customer.id]?.keys ?? {};
    const after = new Map(customer.keys.map((key) => [String(key.generation), key.status]));
    const generations = new Set([...Object.keys(before), ...after.keys()]);
    return [...generations]
      .map(Number)
      .sort(ascending)
      .flatMap((generation): KeyChange[] => {
        const [was, is] = [before[String(generation)], after.get(String(generation))];
        const isAnother = others.has(generation) || created.has(`${customer.id}-${generation}`);
        const isKept = was !== undefined && is !== undefined;
        const name = `${customer.id}-${generation}`;
        // The customer has it already.
        if (was === undefined && (imported.has(name) || isAdopted(customer, generation, idOf))) {
          return [];
        }
        const change = isKept && isAnother ? "another" : changeOf(was, is);
        const works = is === "active" && !accessEnded(customer, day);
        return change === undefined ? [] : [{ customer: customer.id, generation, change, works }];
      });
  });
}

/** Whether the state holds the key that the file adopts. */
function isAdopted(
  { adopted }: Customer,
  generation: number,
  idOf: (generation: number) => string | undefined,
): boolean {
  const its = adopted?.keys.find((one) => one.generation === generation);
  return its !== undefined && its.key === idOf(generation);
}

/**
 * Ids of customers that keep their grants but none of their working keys: for them that is an outage,
 * whatever the policies say. A customer that pulls with its own AWS account needs no key.
 *
 * @param today - the day for which it is decided whether the recorded keys work.
 * @param day - the day of the update.
 */
export function withoutWorkingKey(
  recorded: Readonly<Record<string, CustomerOutput>>,
  customers: readonly Customer[],
  { today, day }: { today: IsoDate; day: IsoDate },
): string[] {
  return customers.flatMap((customer) => {
    const then = recorded[customer.id];
    if (then === undefined || !needsKey(customer)) return [];
    const before = working({ ...then, keys: toMap(Object.entries(then.keys)) }, today);
    const keys = customer.keys.map(({ generation, status }) => [String(generation), status]);
    const after = working({ ...customer, keys: toMap(keys as [string, string][]) }, day);
    // A customer without a working key cannot lose one; one that ends loses access, and is counted there.
    if (before.length === 0 || accessEnded(customer, day)) return [];
    return before.some((generation) => after.includes(generation)) ? [] : [customer.id];
  });
}

/** A customer that has another identity beside its key can pull without the key. */
function needsKey(customer: Customer): boolean {
  return hasUser(customer) && (customer.awsAccount ?? customer.oidc) === undefined;
}

function working(customer: Keyed, day: IsoDate): number[] {
  if (accessEnded(customer, day)) return [];
  return [...customer.keys].flatMap(([generation, status]) =>
    status === "active" ? [generation] : [],
  );
}

function toMap(entries: readonly (readonly [string, string])[]): ReadonlyMap<number, string> {
  return new Map(entries.map(([generation, status]) => [Number(generation), status]));
}

function changeOf(
  was: string | undefined,
  is: string | undefined,
): KeyChange["change"] | undefined {
  if (was === is) return undefined;
  if (was === undefined) return "new";
  if (is === undefined) return "deleted";
  return is === "active" ? "activated" : "deactivated";
}

function ascending(a: number, b: number): number {
  return a - b;
}
