/** An account as many hands have made it, before anyone used ecr-customers: plain data, and who pulls in it. */

/** A policy document. */
export type Document = Readonly<Record<string, unknown>>;

/** What someone is, which decides whether it should become a customer. */
export type Role = "customer" | "ci" | "staff" | "unrelated";

export interface BrownUser {
  name: string;
  path: string;
  role: Role;
  tags: Readonly<Record<string, string>>;
  groups: readonly string[];
  /** By policy name. */
  inline: Readonly<Record<string, Document>>;
  /** Names of managed policies of the account. */
  attached: readonly string[];
  /** Name of a managed policy. */
  boundary?: string;
  /** Oldest first. */
  keys: readonly ("Active" | "Inactive")[];
  console: boolean;
}

export interface BrownGroup {
  name: string;
  inline: Readonly<Record<string, Document>>;
  attached: readonly string[];
}

export interface BrownRole {
  name: string;
  path: string;
  trust: Document;
  inline: Readonly<Record<string, Document>>;
}

/** The policy of a repository in one region. Principals that do not exist any more are users of `deleted`. */
export interface BrownPolicy {
  repository: string;
  region: string;
  document: Document;
}

export interface BrownField {
  seed: number;
  account: string;
  /** Repository → regions. */
  catalogue: ReadonlyMap<string, readonly string[]>;
  users: readonly BrownUser[];
  groups: readonly BrownGroup[];
  /** Managed policies of the account, by name. */
  managed: Readonly<Record<string, Document>>;
  roles: readonly BrownRole[];
  policies: readonly BrownPolicy[];
  /** The registry's policy, by region. */
  registries: Readonly<Record<string, Document>>;
  /** Users that were deleted after policies had named them: names, at the path `/`. */
  deleted: readonly string[];
  /** Other accounts that may pull, 12 digits each. */
  accounts: readonly string[];
}

/** ARN of a user. */
export function userArnOf({ account }: Pick<BrownField, "account">, user: BrownUser): string {
  return `arn:aws:iam::${account}:user${user.path}${user.name}`;
}

/** ARNs of a field's users, by name. */
export function arnsOf(field: BrownField): Map<string, string> {
  return new Map(field.users.map((user) => [user.name, userArnOf(field, user)]));
}
