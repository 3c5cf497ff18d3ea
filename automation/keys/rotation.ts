import { hasUser } from "../../src/customers/identity";
import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate, KeyGeneration } from "../../src/customers/model";
import { UsageError } from "../output/usageError";

/** A customer's keys after a generation was added. */
interface Rotation {
  added: number;
  keys: KeyGeneration[];
}

/**
 * Adds the next generation, active, beside the current one.
 *
 * @throws UsageError when the customer has no keys of ours, its access has ended, or it has two keys
 *   already: AWS allows a user two (IAM quotas), and so does the file.
 */
export function rotated(customer: Customer, today: IsoDate): Rotation {
  const { id, keys } = customer;
  requireOwnKeys(customer);
  if (accessEnded(customer, today)) {
    throw new UsageError(
      `${id} has no access now, so a new key would not work`,
      customer.status === "suspended"
        ? `Run \`ecr-customers resume ${id}\` first, with \`--new-key\` if the old key must stay inactive.`
        : "Set a later end date first.",
    );
  }
  const [older, newer] = keys;
  if (older !== undefined && newer !== undefined) {
    throw new UsageError(
      `${id} already has two keys, ${older.generation} (${older.status}) and ${newer.generation} (${newer.status}), the most that AWS allows a user`,
      `Finish that rotation first: run \`ecr-customers keys retire ${id}\` twice, with an update after each.`,
    );
  }
  const added = nextGeneration(customer);
  return { added, keys: [...keys, { generation: added, status: "active" }] };
}

/** One above every generation that the file mentions: a number is never used again. */
export function nextGeneration({ keys, adopted, handedOver = [] }: Customer): number {
  const mentioned = [...keys, ...(adopted?.keys ?? []), ...handedOver];
  return 1 + Math.max(0, ...mentioned.map(({ generation }) => generation));
}

/** @throws UsageError for a customer that pulls with its own AWS account. */
export function requireOwnKeys(customer: Customer): void {
  if (hasUser(customer)) return;
  const { id, awsAccount, oidc } = customer;
  if (oidc !== undefined) {
    throw new UsageError(
      `${id} pulls with tokens of ${oidc.issuer}, so it has no key of ours`,
      "Its issuer rotates its own keys, and no one has to hand anything over.",
    );
  }
  throw new UsageError(
    `${id} pulls with its own AWS account ${awsAccount}, so it has no key of ours`,
    "Its own administrators rotate its keys.",
  );
}
