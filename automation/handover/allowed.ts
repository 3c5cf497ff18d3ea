// What may be handed over, and how often. A secret is delivered once; who lost it gets a new key.
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
        "Take `status: suspended` out of its file and update the stack first.",
      )
    : new UsageError(
        `the access of ${id} ended after ${expires}: its keys are inactive`,
        "Set a later `expires` in its file and update the stack first.",
      );
}

/**
 * Which key is handed over: the generation that was asked for, else the newest active one. An older one
 * is never taken by itself: it may be in use already, handed over before anybody kept a record.
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
    "Name an active generation, or add one under `keys` and update the stack first.",
  );
}

/**
 * What is recorded of this very key; undefined when it was not handed over. A record of another key under the same
 * generation is that of a user who was made anew, or of another stack.
 */
export function recordOf(
  { handedOver = [] }: Customer,
  generation: number,
  keyId: string,
): HandOver | undefined {
  return handedOver.find((record) => record.generation === generation && record.key === keyId);
}

/**
 * A second bundle of a key is made only on demand, and only for the public key that the first one was
 * for: nobody can open it who could not open the first one.
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
      ? `If the bundle was lost on the way, \`--again\` makes it once more for the same public key. If the secret was lost or seen by others, ${rotate}.`
      : `A secret is handed over once${again ? ", or again for the same public key" : ""}. If it was lost, ${rotate}.`,
  );
}
