import { userName } from "../../src/access/arns";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";
import type { ResourceFailure } from "../engine/events";
import type { StateResource, UserKey } from "../engine/recovery";
import { subjectOf } from "../plan/subject";

const ACCESS_KEY = "aws:iam/accessKey:AccessKey";
/** The clocks of AWS and of this machine may differ by this much. */
const CLOCK_DIFFERENCE = 60_000;

/** The calls to AWS that find and delete a key. */
export type KeyCalls = Pick<AwsClient, "accessKeys" | "keyLastUse" | "deleteAccessKey">;

/**
 * Deletes the keys whose creation failed after AWS had created them, e.g. because the secret could not be
 * encrypted, or because the answer was lost: they are active, no state has them, and no one has their secret. Each
 * further run would create one more, and a user holds two.
 *
 * A key that was used, that is older than this update, or of which there are more than failures, may be someone
 * else's and is left.
 *
 * @param resources - in the state after the update.
 * @returns the deleted keys.
 */
export async function deleteOrphanKeys(
  failures: readonly ResourceFailure[],
  resources: readonly StateResource[],
  {
    aws,
    input,
    started,
  }: { aws: KeyCalls; input: Pick<StackInput, "config" | "customers">; started: Date },
): Promise<UserKey[]> {
  const known = new Set(resources.filter(({ type }) => type === ACCESS_KEY).map(({ id }) => id));
  const attempts = new Map<string, number>();
  for (const failure of failures.filter(({ type }) => type === ACCESS_KEY)) {
    const { name: id } = subjectOf(failure);
    const customer = input.customers.find((one) => one.id === id) ?? { id };
    const user = userName(input.config.namePrefix, customer);
    attempts.set(user, (attempts.get(user) ?? 0) + 1);
  }
  const deleted: UserKey[] = [];
  for (const [user, count] of attempts) {
    const since = started.getTime() - CLOCK_DIFFERENCE;
    const fresh = (await aws.accessKeys(user)).filter(
      ({ id, createdAt }) => !known.has(id) && createdAt.getTime() >= since,
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
