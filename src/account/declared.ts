import type { AccessSettings } from "../access/groupPolicies";
import type { Customer, IsoDate } from "../customers/model";

/** What the files say, and what is known of the last update: one side of the comparison. */
export interface DeclaredAccount {
  settings: AccessSettings;
  /** All customers of the files, whatever part of the account was read. */
  customers: readonly Customer[];
  today: IsoDate;
  /**
   * What the stack's state holds. Absent: it was not read; keys are then told apart by what the
   * hand-over recorded and, as far as that leaves no choice, by their age.
   */
  state?: RecordedState;
  /** What other stacks of the same account declare. */
  elsewhere?: Elsewhere;
}

/** Names of IAM users and roles under `/customers/`. */
export interface Elsewhere {
  users: ReadonlySet<string>;
  roles: ReadonlySet<string>;
}

/** Ids that AWS gave to what the stack has created. */
export interface RecordedState {
  /** `<customer>-<generation>` → id of the access key. */
  keyIds: ReadonlyMap<string, string>;
  /** Customer → unique id of its IAM user. */
  userIds: ReadonlyMap<string, string>;
  /** Customer → unique id of its IAM role. */
  roleIds: ReadonlyMap<string, string>;
}

/** The name of a customer's key in the state. */
export function keyName(customer: string, generation: number): string {
  return `${customer}-${generation}`;
}
