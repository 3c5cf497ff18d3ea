// What AWS returns, as values.

/** A user as `ListUsers` returns it. */
export interface ListedUser {
  name: string;
  /** `AIDA…`; of a role `AROA…`. */
  uniqueId: string;
}

/** One IAM user as AWS holds it. */
export interface UserView {
  name: string;
  path: string;
  uniqueId: string;
  arn: string;
  tags: Record<string, string>;
  groups: string[];
  attachedPolicies: string[];
  /** Inline policy name → document. */
  inlinePolicies: Record<string, unknown>;
  /** Access key id → `Active` or `Inactive`. */
  keys: Record<string, string>;
  hasLoginProfile: boolean;
}

export interface AccessKeyView {
  id: string;
  /** `Active` or `Inactive`; AWS's model also knows `Expired` (IAM API, `statusType`). */
  status: string;
  createdAt: Date;
}

/** The last call that was signed with a key. */
export interface KeyLastUse {
  /** Undefined: never. */
  at?: Date;
  service: string;
  region: string;
}
