// What may be handed over, and how often. A secret is delivered once; a customer that lost it gets a new key.
import { accessEnded } from "../../src/access/entitlements";
import type { Customer, HandOver, IsoDate } from "../../src/customers/model";
import { UsageError } from "../output/usageError";
import type { Recipient } from "./recipient";

/** @throws UsageError for a customer that has no access. */
export function requireAccess(customer: Customer, today: IsoDate): void {
  if (!accessEnded(customer, today)) return;
  const { id, status, expires } = customer;
  throw status === "suspended"
    ? new UsageError(
        `${id} is suspended: its keys are inactive`,
        "Remove `status: suspended` from its file, and update the stack first.",
      )
    : new UsageError(
        `the access of ${id} ended after ${expires}: its keys are inactive`,
        "Set a later `expires` in its file, and update the stack first.",
      );
}

/**
 * Chooses the key to hand over: the requested generation, or else the newest active one. An older one is
 * never chosen by default: it may be in use already, handed over before records were kept.
 *
 * @throws UsageError when there is no such active key.
 */
export function chooseGeneration(customer: Customer, asked?: number): number {
  const { id, keys } = customer;
  const declared = keys.map(({ generation, status }) => `${generation}: ${status}`).join(", ");
  const active = keys.filter(({ status }) => status === "active");
  const chosen =
    asked === undefined ? active.at(-1) : active.find(({ generation }) => generation === asked);
  if (chosen !== undefined) return chosen.generation;
  throw new UsageError(
    asked === undefined
      ? `${id} has no active key: its file says {${declared}}`
      : `${id} has no active key of generation ${asked}: its file says {${declared}}`,
    "Name an active generation, or add one under `keys`, and update the stack first.",
  );
}

/**
 * The record of this key's hand-over; undefined when it was not handed over. A record of another key under the
 * same generation belongs to a user that was re-created since, or to another stack.
 */
export function recordOf(
  { handedOver = [] }: Customer,
  generation: number,
  keyId: string,
): HandOver | undefined {
  return handedOver.find((record) => record.generation === generation && record.key === keyId);
}

/** The key of a stack's generation that was handed over, although AWS has another one by now. */
export function formerKeyOf(
  { handedOver = [] }: Customer,
  generation: number,
  stack: string,
): string | undefined {
  return handedOver.find((one) => one.generation === generation && (one.stack ?? stack) === stack)
    ?.key;
}

/**
 * Refuses a second bundle of a key, except on request and for the same public key as the first one, so that
 * whoever can open the second one could open the first.
 *
 * @throws UsageError
 */
export function requireFirstTime(
  customer: string,
  record: HandOver | undefined,
  recipient: Recipient,
  again: boolean,
): void {
  if (record === undefined) return;
  const { generation, on, to } = record;
  const rotate = `add a generation under \`keys\` of ${customer}, update the stack, and hand that one over`;
  const message = `key ${generation} of ${customer} was handed over on ${on}, for ${to}`;
  const isForSameKey = recipient.format !== "passphrase" && recipient.to === to;
  if (isForSameKey && again) return;
  throw new UsageError(
    message,
    isForSameKey
      ? `If the bundle was lost on the way, \`--again\` writes it again for the same public key. If the secret was lost or seen by others, ${rotate}.`
      : `A secret is handed over only once${again ? ", or again for the same public key" : ""}. If it was lost, ${rotate}.`,
  );
}
