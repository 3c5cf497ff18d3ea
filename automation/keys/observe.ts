import pMap from "p-map";
import type { AwsClient } from "../aws/client";
import type { ObservedKey } from "./matching";

/** The calls that it takes. */
export type KeyReader = Pick<AwsClient, "accessKeys" | "keyLastUse">;

/** Users that are read at the same time; IAM's own limits are not published (AWS re:Post, "IAM or STS throttling"). */
const AT_ONCE = 8;

/**
 * All access keys of some users with their last use, oldest first; none for a user that is not there.
 *
 * @param done - told each user that was read.
 */
export async function observeKeys(
  aws: KeyReader,
  users: readonly string[],
  done: (user: string) => void = () => {},
): Promise<Map<string, ObservedKey[]>> {
  const observed = await pMap(
    users,
    async (user) => {
      const keys = await aws.accessKeys(user);
      const withUse = await Promise.all(
        keys.map(async (key) => ({ ...key, lastUse: await aws.keyLastUse(key.id) })),
      );
      done(user);
      return [user, withUse] as const;
    },
    { concurrency: AT_ONCE },
  );
  return new Map(observed);
}
