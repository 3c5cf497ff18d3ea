import pMap from "p-map";
import type * as matching from "../../src/account/keyMatching";
import type { AccessKeyView, AwsClient, KeyLastUse } from "../aws/client";

/** An access key as AWS shows it, with its last use. */
export interface ObservedKey extends AccessKeyView {
  lastUse: KeyLastUse;
}

/** A generation of a customer's file, and the access key in AWS that belongs to it. */
export type GenerationKey = matching.GenerationKey<ObservedKey>;

/** A customer's generations with their keys, and the keys of its user that no file declares. */
export type MatchedKeys = matching.MatchedKeys<ObservedKey>;

/** The AWS calls that reading keys takes. */
export type KeyReader = Pick<AwsClient, "accessKeys" | "keyLastUse">;

/** Users that are read concurrently. IAM does not publish its request limits (AWS re:Post, "IAM or STS throttling"). */
const AT_ONCE = 8;

/**
 * Reads all access keys of some users with their last use, oldest first; none for a user that does not exist.
 *
 * @param done - called after each user that was read.
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
