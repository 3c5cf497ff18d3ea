import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate, KeyGeneration } from "../../src/customers/model";
import { UsageError } from "../output/usageError";

/** The keys of a customer with one generation more. */
export interface Rotation {
  added: number;
  keys: KeyGeneration[];
}

/**
 * Adds the next generation, active, beside the present one.
 *
 * @throws UsageError when the customer has no keys of ours, has ended, or has two already: AWS allows
 *   a user two (IAM quotas), and so does the file.
 */
export function rotated(customer: Customer, today: IsoDate): Rotation {
  const { id, keys } = customer;
  requireOwnKeys(customer);
  if (accessEnded(customer, today)) {
    throw new UsageError(
      `${id} has no access now, so a new key would not work`,
      customer.status === "suspended"
        ? `\`ecr-customers resume ${id}\` first; with \`--new-key\` when the old key must not come back.`
        : "Set a later end date first.",
    );
  }
  const [older, newer] = keys;
  if (older !== undefined && newer !== undefined) {
    throw new UsageError(
      `${id} has two keys already, ${older.generation} (${older.status}) and ${newer.generation} (${newer.status}), and AWS allows a user no third`,
      `Finish that rotation first: \`ecr-customers keys retire ${id}\`, twice, with an update after each.`,
    );
  }
  const added = nextGeneration(customer);
  return { added, keys: [...keys, { generation: added, status: "active" }] };
}

/** One above all that the file knows of; a number that was used is never used again. */
export function nextGeneration({ keys, handedOver = [] }: Customer): number {
  return 1 + Math.max(0, ...[...keys, ...handedOver].map(({ generation }) => generation));
}

/** @throws UsageError for a customer that pulls with its own AWS account. */
export function requireOwnKeys({ id, awsAccount }: Customer): void {
  if (awsAccount === undefined) return;
  throw new UsageError(
    `${id} pulls with its own AWS account ${awsAccount}: it has no key of ours`,
    "Its own administrators rotate its keys.",
  );
}
