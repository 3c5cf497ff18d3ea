/** Who can pull today, as values: what the plan of an adoption is made of. */
import type { AccountId } from "../customers/model";
import type { ForeignStatement } from "../access/model";
import type { ObservedUser } from "../account/observed";

/** One who can pull a repository of the catalogue today, or of whom that cannot be excluded. */
export interface Puller {
  /**
   * `user` and `role`: of this account. `account`: another AWS account as a whole, or one role of it. `other`: whoever
   * else a policy names.
   */
  kind: "user" | "role" | "account" | "other";
  /** As policies name it: an ARN, `lambda.amazonaws.com`, `*`. Unique among pullers. */
  principal: string;
  /** `user acme`, `AWS account 999988887777`, `AWS service lambda.amazonaws.com`. */
  words: string;
  /** Of a `user`. */
  user?: ObservedUser;
  /** Of an `account`. */
  account?: AccountId;
  /** Of an `account` of which a policy names a role: its path and name, `ci/puller`. */
  accountRole?: string;
  /** Undefined: it cannot be judged. */
  logsIn?: boolean;
  /** Places that it can pull, as `placeKey` writes them. */
  pulls: readonly string[];
  reasons: readonly Reason[];
  /** Places and what the answer depends on, e.g. `the condition key aws:SourceIp`. */
  notJudged: ReadonlyMap<string, readonly string[]>;
}

/** What lets someone pull. */
export interface Reason {
  by: "repository policy" | "registry policy" | "inline policy" | "managed policy" | "group";
  /** Of the policy, `group/policy` of a group's; of a repository's policy the `Sid` or the number of the statement. */
  name: string;
  /** The places that it opens. */
  places: readonly string[];
  /** Condition keys without which it would not apply. */
  conditions: readonly string[];
}

/** A statement of a repository's or a registry's policy, with the places that it is about. */
export interface PlacedStatement {
  by: "repository policy" | "registry policy";
  /** `Sid`, else `statement 2`. */
  name: string;
  statement: ForeignStatement;
  places: readonly string[];
}
