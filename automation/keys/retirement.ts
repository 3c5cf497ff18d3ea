import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate, KeyGeneration } from "../../src/customers/model";
import { UsageError } from "../output/usageError";
import { daysBetween, dayOf } from "./days";
import type { GenerationKey } from "./matching";
import { requireOwnKeys } from "./rotation";

/** The next step of a retirement: the older key goes out of use, or is taken away for good. */
export interface Retirement {
  step: "deactivate" | "remove";
  generation: number;
  /** The generation that stays. */
  keeps: number;
  /** What the file shall hold. */
  keys: KeyGeneration[];
  /** Why it would hurt now; only a person's own reason goes past it. */
  objections: string[];
}

/** What AWS and the calendar say. */
export interface RetirementFacts {
  /** The customer's generations as AWS has them. */
  generations: readonly GenerationKey[];
  today: IsoDate;
  now: Date;
  /** The old key must not have been used for so many days. */
  idleDays: number;
}

/**
 * Decides what retiring the older of two keys means now. AWS's own order (IAM user guide, "Rotating
 * access keys"): set it inactive, which can be taken back, see that nobody misses it, then delete it.
 *
 * @throws UsageError when there is nothing to retire, or when it would leave an active customer without
 *   a key that works.
 */
export function retirement(customer: Customer, facts: RetirementFacts): Retirement {
  const { id } = customer;
  const { older, newer } = twoKeys(customer, facts.today);
  const ended = accessEnded(customer, facts.today);
  const [oldKey, newKey] = [older, newer].map(({ generation }) =>
    facts.generations.find((one) => one.generation === generation),
  );
  const both = { generation: older.generation, keeps: newer.generation };
  if (!ended) requireWorking(newKey, newer.generation, id);
  if (older.status === "active" && !ended) {
    return {
      step: "deactivate",
      ...both,
      keys: [{ ...older, status: "inactive" }, newer],
      objections: objections(oldKey, newKey, both, facts),
    };
  }
  if (oldKey?.key !== undefined && oldKey.key.status !== "Inactive") {
    throw new UsageError(
      `key ${older.generation} of ${id} is still ${oldKey.key.status} in AWS`,
      "Run `ecr-customers up` first: taking a key away cannot be taken back, setting it inactive can.",
    );
  }
  return {
    step: "remove",
    ...both,
    keys: [newer],
    objections: ended ? [] : objections(oldKey, newKey, both, facts),
  };
}

/**
 * The two keys of a customer that has two, as far as its file tells.
 *
 * @throws UsageError as `retirement` does, without asking AWS.
 */
export function twoKeys(
  customer: Customer,
  today: IsoDate,
): { older: KeyGeneration; newer: KeyGeneration } {
  requireOwnKeys(customer);
  const { id, keys } = customer;
  const [older, newer] = keys;
  if (older === undefined || newer === undefined) {
    throw new UsageError(
      `${id} has one key only, ${older?.generation}`,
      `\`ecr-customers keys rotate ${id}\` adds the next one; \`ecr-customers suspend ${id}\` ends access.`,
    );
  }
  if (newer.status !== "active" && !accessEnded(customer, today)) {
    throw new UsageError(
      `key ${newer.generation} of ${id} is inactive, so without key ${older.generation} no key would work`,
      `Set \`${newer.generation}: active\` in its file first.`,
    );
  }
  return { older, newer };
}

/** No reason makes up for a key that does not work. */
function requireWorking(newKey: GenerationKey | undefined, generation: number, id: string): void {
  if (newKey?.key?.status === "Active") return;
  const found = newKey?.key === undefined ? "not in AWS yet" : `${newKey.key.status} in AWS`;
  throw new UsageError(
    `key ${generation} of ${id} is ${found}, so without the old one no key would work`,
    "Run `ecr-customers up --refresh` first.",
  );
}

function objections(
  oldKey: GenerationKey | undefined,
  newKey: GenerationKey | undefined,
  { generation, keeps }: { generation: number; keeps: number },
  { now, idleDays }: RetirementFacts,
): string[] {
  const [oldUse, newUse] = [oldKey?.key?.lastUse.at, newKey?.key?.lastUse.at];
  if (newUse === undefined) return [`key ${keeps} was never used: it may not have arrived`];
  if (oldUse === undefined) return [];
  const days = daysBetween(oldUse, now);
  if (days < idleDays) {
    return [
      `key ${generation} was used on ${dayOf(oldUse)}, less than ${idleDays} days ago: something still works with it`,
    ];
  }
  // A job that runs once a month, say: quiet for a while is not the same as moved.
  return oldUse > newUse
    ? [
        `key ${generation} was used on ${dayOf(oldUse)}, after the last use of key ${keeps} on ${dayOf(newUse)}: not everything has moved`,
      ]
    : [];
}
