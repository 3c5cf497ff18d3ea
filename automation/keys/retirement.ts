import type * as matching from "../../src/account/keyMatching";
import type { ObservedKey } from "../../src/account/observed";
import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate, IsoTime, KeyGeneration } from "../../src/customers/model";
import { UsageError } from "../output/usageError";
import { dayOf } from "../../src/customers/isoDate";
import { daysBetween } from "./days";
import { requireOwnKeys } from "./rotation";
import { counted } from "../../src/counted";

/** A generation of a customer's file, and the access key in AWS that belongs to it. */
type GenerationKey = matching.GenerationKey<ObservedKey>;

/** The next step of a retirement: the older key is set inactive, or removed permanently. */
export interface Retirement {
  step: "deactivate" | "remove";
  generation: number;
  /** The generation that stays. */
  keeps: number;
  /** What the file declares afterwards. */
  keys: KeyGeneration[];
  /** Why this could interrupt the customer's pulls; `--force` with a reason overrides them. */
  objections: string[];
}

/** What a retirement is decided from. */
export interface RetirementFacts {
  /** The customer's generations with their keys in AWS. */
  generations: readonly GenerationKey[];
  today: IsoDate;
  now: Date;
  /** Days for which the old key must not have been used. */
  idleDays: number;
  /** Access key → its last pull, where pulls were read: a login that still works is used without a new one. */
  pulls?: ReadonlyMap<string, IsoTime>;
}

/**
 * Decides the next step of retiring the older of two keys, in the order that AWS recommends (IAM user
 * guide, "Rotating access keys"): set it inactive, which can be undone; check that it is no longer
 * needed; then delete it.
 *
 * @throws UsageError when there is nothing to retire, or when an active customer would be left without
 *   a working key.
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
      "Run `ecr-customers up` first, which sets it inactive. That can be undone; removing a key cannot.",
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
 * The older and the newer of a customer's two keys, from its file alone.
 *
 * @throws UsageError for the same reasons as `retirement`, as far as the file shows them.
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
      `${id} has only one key, ${older?.generation}`,
      `\`ecr-customers keys rotate ${id}\` adds the next one; \`ecr-customers suspend ${id}\` ends access.`,
    );
  }
  if (newer.status !== "active" && !accessEnded(customer, today)) {
    throw new UsageError(
      `key ${newer.generation} of ${id} is inactive, so no key would work without key ${older.generation}`,
      `Set \`${newer.generation}: active\` in its file first.`,
    );
  }
  return { older, newer };
}

/** `--force` does not override this: without a working key, the customer's access would end. */
function requireWorking(newKey: GenerationKey | undefined, generation: number, id: string): void {
  if (newKey?.key?.status === "Active") return;
  const found = newKey?.key === undefined ? "not in AWS yet" : `${newKey.key.status} in AWS`;
  throw new UsageError(
    `key ${generation} of ${id} is ${found}, so no key would work without the old one`,
    "Run `ecr-customers up --refresh` first.",
  );
}

/** When a key was used last: the later of what IAM and CloudTrail know. */
export function lastUse(
  key: ObservedKey | undefined,
  pulls: RetirementFacts["pulls"],
): IsoTime | undefined {
  const [used, pulled] = [key?.lastUsed?.at, pulls?.get(key?.id ?? "")];
  if (used === undefined || pulled === undefined) return used ?? pulled;
  return used > pulled ? used : pulled;
}

function objections(
  oldKey: GenerationKey | undefined,
  newKey: GenerationKey | undefined,
  { generation, keeps }: { generation: number; keeps: number },
  { now, idleDays, pulls }: RetirementFacts,
): string[] {
  const [oldUse, newUse] = [oldKey, newKey].map((one) => lastUse(one?.key, pulls));
  if (newUse === undefined)
    return [`key ${keeps} was never used: the customer may not have received it`];
  if (oldUse === undefined) return [];
  const days = daysBetween(oldUse, now);
  if (days < idleDays) {
    return [
      `key ${generation} was used on ${dayOf(oldUse)}, less than ${counted(idleDays, "day")} ago: something still uses it`,
    ];
  }
  // A job that runs once a month may still use the old key: an idle key is not necessarily replaced.
  return oldUse > newUse
    ? [
        `key ${generation} was used on ${dayOf(oldUse)}, after the last use of key ${keeps} on ${dayOf(newUse)}: something has not been moved to the new key`,
      ]
    : [];
}
