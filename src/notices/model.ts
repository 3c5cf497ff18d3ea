// A notice, as a value: why someone is written to, and what was sent before.
import type { RepositoryBudget } from "../access/budget";
import type { Customer, IsoDate } from "../customers/model";

/** Why a notice is due. */
export type OccasionKind =
  "ends" | "key-age" | "key-overlap" | "never-pulled" | "idle" | "suspended" | "budget" | "users";

/** Whom it is for: the customer's `contact`, or its `owner` at the vendor. */
export type Audience = "customer" | "owner";

/** What is known of a customer's access key. */
export interface KeyFacts {
  generation: number;
  isActive: boolean;
  /** Day of its creation, or of its hand-over where AWS was not asked. */
  since: IsoDate;
  /** The day on which it was last used; null: never. Undefined: not known, because AWS was not asked. */
  lastUsed?: IsoDate | null;
}

/** Everything that notices follow from, besides what was sent. */
export interface NoticeFacts {
  customers: readonly Customer[];
  today: IsoDate;
  budgets: readonly RepositoryBudget[];
  /** By customer. */
  keys: ReadonlyMap<string, readonly KeyFacts[]>;
}

/** From when on a notice is due, in days. */
export interface NoticeRules {
  /** Before the last day with access; 0 is that day. */
  ends: readonly number[];
  /** Age of an active key. */
  keyAge: number;
  /** Two active keys of a customer beside each other. */
  keyOverlap: number;
  /** Age of an active key that has never been used. */
  neverPulled: number;
  /** Since an active key was last used. */
  idle: number;
  suspended: number;
  /** How full a repository's policy is, in percent. */
  budget: number;
  /** Users with an own IAM user, of AWS's limit for an account. */
  users: number;
}

/** The ages are those of `keys status`, and a policy's size is that from which previews warn. */
export const NOTICE_RULES: NoticeRules = {
  ends: [60, 30, 14, 7, 1, 0],
  keyAge: 90,
  keyOverlap: 14,
  neverPulled: 30,
  idle: 90,
  suspended: 90,
  budget: 80,
  users: 4_500,
};

/** What a stack's settings say of the rules. */
export type NoticeLimits = { readonly [Name in keyof NoticeRules]?: NoticeRules[Name] | undefined };

/** The rules of a stack: its own, and the usual ones where it has none. */
export function noticeRules(own: NoticeLimits = {}): NoticeRules {
  const given = Object.entries(own).filter(([, value]: [string, unknown]) => value !== undefined);
  return { ...NOTICE_RULES, ...(Object.fromEntries(given) as Partial<NoticeRules>) };
}

/** A reason for a notice that holds today, whether the notice was sent or not. */
export interface Occasion {
  kind: OccasionKind;
  /**
   * The same for the same occasion on every day, and another one when it occurs again: a later end date, a
   * new key, another suspension.
   */
  key: string;
  audiences: readonly Audience[];
  customer?: Customer;
  /** What its text may name. */
  values: Readonly<Record<string, string>>;
}

/** What a run knows of earlier ones; kept in git. */
export interface NoticeRecord {
  /** Key of a notice → day on which it was sent. */
  sent: Readonly<Record<string, IsoDate>>;
  /** What has no day of its own in the files → day on which a run first saw it. */
  since: Readonly<Record<string, IsoDate>>;
}

/** Something to send. */
export interface Notice {
  /** The same whenever it is computed: a receiver that gets it twice can recognise it. */
  key: string;
  kind: OccasionKind;
  audience: Audience;
  /** Id of the customer that it is about. */
  customer?: string;
  /** As the customer file, or the caller, names the receiver; undefined: no one is named. */
  to?: string;
  subject: string;
  text: string;
}
