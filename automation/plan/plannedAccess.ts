// Who gains and loses access by an update, and why.
import type { AccessChange } from "../../src/access/difference";
import { accessEnded } from "../../src/access/entitlements";
import { includesSource } from "../../src/access/source";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { CustomerOutput, StackOutputs } from "../../src/stack/outputs";
import { principalsMissing } from "./principalWords";

/** Why a customer's access begins, ends or changes. */
export type AccessReason = "new" | "back" | "removed" | "suspended" | "ended" | "edited";

export interface PlannedAccess extends AccessChange {
  reason: AccessReason;
  /** Keeps its grants, but none of its working keys. */
  losesKeys: boolean;
}

/**
 * Each change with its reason, and customers whose keys alone change.
 *
 * @param keyless - customers that keep their grants, but none of their working keys.
 * @param days - `today` decides what the recorded customers have; `day` is that of the update.
 */
export function plannedAccess(
  differences: readonly AccessChange[],
  keyless: ReadonlySet<string>,
  recorded: StackOutputs | undefined,
  customers: readonly Customer[],
  days: { today: IsoDate; day: IsoDate },
): PlannedAccess[] {
  return [...differences, ...onlyKeys(keyless, differences)]
    .sort((a, b) => (a.customer < b.customer ? -1 : 1))
    .map((change) => ({
      ...change,
      reason: reasonOf(change, recorded, customers, days),
      losesKeys: keyless.has(change.customer),
    }));
}

/** Whether some pull that works before the update fails after it. */
export function losesAccess({ loses, changes, losesKeys }: PlannedAccess): boolean {
  const losesPrincipal = changes.some(
    ({ before, after }) => principalsMissing(before, after).length > 0,
  );
  // A pull from where it no longer may works before the update and fails after it.
  const otherSource = changes.some(({ before, after }) => !includesSource(after.from, before.from));
  return loses.length > 0 || losesKeys || losesPrincipal || otherSource;
}

/** Customers whose grants do not change, but whose keys do. */
function onlyKeys(keyless: ReadonlySet<string>, shown: readonly AccessChange[]): AccessChange[] {
  const shownIds = new Set(shown.map(({ customer }) => customer));
  return [...keyless]
    .filter((customer) => !shownIds.has(customer))
    .map((customer) => ({
      customer,
      isNew: false,
      isGone: false,
      gains: [],
      loses: [],
      changes: [],
    }));
}

function reasonOf(
  { customer, isNew, isGone }: AccessChange,
  recorded: StackOutputs | undefined,
  customers: readonly Customer[],
  { today, day }: { today: IsoDate; day: IsoDate },
): AccessReason {
  if (isNew) return hadEnded(recorded?.customers[customer], today) ? "back" : "new";
  if (!isGone) return "edited";
  const file = customers.find(({ id }) => id === customer);
  if (file === undefined) return "removed";
  if (file.status === "suspended") return "suspended";
  return accessEnded(file, day) ? "ended" : "edited";
}

/**
 * Whether a recorded customer has lost access before. One that is active and has no grant was left
 * unfinished by an update that failed or was interrupted.
 */
function hadEnded(recorded: CustomerOutput | undefined, today: IsoDate): boolean {
  return recorded !== undefined && accessEnded(recorded, today);
}
