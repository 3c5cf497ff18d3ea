// The end of a customer's last key, when it pulls with another identity by then.
import type { ObservedKey } from "../../src/account/observed";
import type { GenerationKey } from "../../src/account/keyMatching";
import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate, IsoTime, KeyGeneration } from "../../src/customers/model";
import { counted } from "../../src/counted";
import { UsageError } from "../output/usageError";
import { dayOf } from "../../src/customers/isoDate";
import { daysBetween } from "./days";
import { lastUse, type RetirementFacts } from "./retirement";

/** The next step: the last key is set inactive, which can be undone; then it leaves the file with its user. */
export interface LastKeyRetirement {
  step: "deactivate" | "remove";
  generation: number;
  /** Why this could interrupt the customer's pulls; `--force` with a reason overrides them. */
  objections: string[];
}

/** What it is decided from. */
export interface LastKeyFacts {
  /** The key in AWS. */
  key: GenerationKey<ObservedKey> | undefined;
  /** When the customer's role was used last; `null`: never. Absent: it has none. */
  roleUsed?: IsoTime | null;
  today: IsoDate;
  now: Date;
  /** Days for which the key must not have been used. */
  idleDays: number;
  /** Access key → its last pull, where pulls were read. */
  pulls?: RetirementFacts["pulls"];
}

/** The only key of a customer that also pulls with another identity; undefined for any other customer. */
export function lastKeyOf(customer: Customer): KeyGeneration | undefined {
  const { awsAccount, oidc, withKey, keys } = customer;
  const isMoving = withKey === true && (awsAccount ?? oidc) !== undefined;
  return isMoving && keys.length === 1 ? keys[0] : undefined;
}

/**
 * Decides the next step of retiring the last key: only once the new identity was used. IAM shows that for a role of
 * ours (IAM API, `RoleLastUsed`), not for another account's identities.
 *
 * @throws UsageError when the key is still active in AWS although its file says otherwise.
 */
export function lastKeyRetirement(
  customer: Customer,
  { generation, status }: KeyGeneration,
  { key, roleUsed, today, now, idleDays, pulls }: LastKeyFacts,
): LastKeyRetirement {
  const { id, awsAccount } = customer;
  const ended = accessEnded(customer, today);
  if (status === "inactive" && key?.key !== undefined && key.key.status !== "Inactive") {
    throw new UsageError(
      `key ${generation} of ${id} is still ${key.key.status} in AWS`,
      "Run `ecr-customers up` first, which sets it inactive. That can be undone; removing a key cannot.",
    );
  }
  const used = lastUse(key?.key, pulls);
  const objections = [
    ...(roleUsed === null
      ? [`the role of ${id} was never used: the customer may not have changed to its tokens`]
      : []),
    ...(roleUsed === undefined && awsAccount !== undefined
      ? [
          `whether identities of AWS account ${awsAccount} pull is not visible in IAM: look for them in CloudTrail (BatchGetImage)`,
        ]
      : []),
    ...(used !== undefined && daysBetween(used, now) < idleDays
      ? [
          `key ${generation} was used on ${dayOf(used)}, less than ${counted(idleDays, "day")} ago: something still uses it`,
        ]
      : []),
    ...(used !== undefined && typeof roleUsed === "string" && used > roleUsed
      ? [
          `key ${generation} was used on ${dayOf(used)}, after the last use of the role on ${dayOf(roleUsed)}: something has not been moved to tokens`,
        ]
      : []),
  ];
  return {
    step: status === "active" ? "deactivate" : "remove",
    generation,
    objections: ended ? [] : [...new Set(objections)],
  };
}
