import { userName } from "../../src/access/arns";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { UnansweredKeys } from "../../src/stack/outputs";
import type { StateResource, UserKey } from "../engine/recovery";
import { subjectOf } from "../plan/subject";

const ACCESS_KEY = "aws:iam/accessKey:AccessKey";
/** The clocks of AWS and of this machine may differ by this much. */
const CLOCK_DIFFERENCE = 60_000;

type NamedResource = { type: string; name: string };

/** The calls to AWS that find and delete a key. */
export type KeyCalls = Pick<AwsClient, "accessKeys" | "keyLastUse" | "deleteAccessKey">;

/**
 * Deletes the keys whose creation failed after AWS had created them, e.g. because the secret could not be
 * encrypted, or because the answer was lost: they are active, no state has them, and no one has their secret. Each
 * further run would create one more, and a user holds two.
 *
 * @param resources - in the state after the update.
 * @returns the deleted keys.
 */
export function deleteOrphanKeys(
  failures: readonly NamedResource[],
  resources: readonly StateResource[],
  {
    aws,
    input,
    started,
  }: { aws: KeyCalls; input: Pick<StackInput, "config" | "customers">; started: Date },
): Promise<UserKey[]> {
  return deleteUnansweredKeys(keyAttempts(failures, input, started), resources, aws);
}

/** Keys that AWS may have created. @param failures - of an update; those of other resources are ignored. */
export function keyAttempts(
  failures: readonly NamedResource[],
  { config, customers }: Pick<StackInput, "config" | "customers">,
  started: Date,
  ended?: Date,
): UnansweredKeys[] {
  const attempts = new Map<string, number>();
  for (const failure of failures.filter(({ type }) => type === ACCESS_KEY)) {
    const { name: id } = subjectOf(failure);
    const customer = customers.find((one) => one.id === id) ?? { id };
    const user = userName(config.namePrefix, customer);
    attempts.set(user, (attempts.get(user) ?? 0) + 1);
  }
  const since = started.toISOString();
  const until = ended === undefined ? {} : { until: ended.toISOString() };
  return [...attempts].map(([user, count]) => ({ user, count, since, ...until }));
}

/**
 * Deletes keys that AWS has created without anyone having their secret. A key that was used, that was created at
 * another time, or of which there are more than attempts, may be someone else's and is left.
 */
export async function deleteUnansweredKeys(
  attempts: readonly UnansweredKeys[],
  resources: readonly StateResource[],
  aws: KeyCalls,
): Promise<UserKey[]> {
  const known = new Set(resources.filter(({ type }) => type === ACCESS_KEY).map(({ id }) => id));
  const deleted: UserKey[] = [];
  for (const { user, count, since, until } of attempts) {
    const first = Date.parse(since) - CLOCK_DIFFERENCE;
    const last = until === undefined ? Infinity : Date.parse(until) + CLOCK_DIFFERENCE;
    const fresh = (await aws.accessKeys(user)).filter(
      ({ id, createdAt }) =>
        !known.has(id) && createdAt.getTime() >= first && createdAt.getTime() <= last,
    );
    const uses = await Promise.all(fresh.map(({ id }) => aws.keyLastUse(id)));
    const unused = fresh.filter((_, at) => uses[at]?.at === undefined);
    if (unused.length > count) continue;
    for (const { id } of unused) {
      await aws.deleteAccessKey(user, id);
      deleted.push({ user, key: id });
    }
  }
  return deleted;
}
