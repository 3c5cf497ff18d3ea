/**
 * What AWS holds, as plain values: read by the script (automation/aws), compared with the files by
 * the checks of this room. An absent field was not read. A part that should have been read and could
 * not be is in `unread`, so that a missing right of the reader is a finding and never reads as
 * "nothing there".
 */
import type { AccountId } from "../customers/model";

/** Everything that was read, and how much was asked for. */
export interface ObservedAccount {
  account: AccountId;
  scope: ObservedScope;
  /**
   * Every user that was read, whatever its path: those under `/customers/`, the users of customers
   * wherever they are, and with `scope.others` all other users of the account.
   */
  users: readonly ObservedUser[];
  /** The stack's group, and with `scope.others` every group. A group that does not exist is missing. */
  groups: readonly ObservedGroup[];
  /** Managed policies by ARN: those attached to anything that was read, AWS's own included. */
  managedPolicies: ReadonlyMap<string, ObservedManagedPolicy>;
  /** Those of `scope.roles`, and with `scope.others` every role. */
  roles: readonly ObservedRole[];
  /** By `placeKey`. A place that is missing was not read. */
  repositories: ReadonlyMap<string, ObservedRepository>;
  /** By region. A region that is missing was not read. */
  registries: ReadonlyMap<string, ObservedRegistry>;
  unread: readonly Unread[];
}

/**
 * What was asked for. Repositories and registries need no scope: those that were read are in the
 * maps. A customer outside the scope gets no finding about its user.
 */
export interface ObservedScope {
  /** IAM user names that were asked for, or `all`: whoever is under `/customers/`. */
  users: "all" | ReadonlySet<string>;
  /** Names of customers' roles that were asked for, or `all`. Absent: none. */
  roles?: "all" | ReadonlySet<string>;
  /** The stack's group and the managed policies attached to it. */
  group: boolean;
  /** The other users, groups and roles of the account. */
  others: boolean;
}

/** A policy document: the text that AWS returned (URL-decoded), and the value, if it is JSON. */
export interface ObservedDocument {
  text: string;
  /** Absent when the text is not JSON. */
  document?: unknown;
}

export interface ObservedUser {
  name: string;
  /** `/customers/`. */
  path: string;
  arn: string;
  /** `AIDA…`. */
  uniqueId: string;
  /** Absent when not read: a listing of users has no tags (IAM API, ListUsers). */
  tags?: Readonly<Record<string, string>>;
  /** Names. */
  groups?: readonly string[];
  /** By policy name. */
  inlinePolicies?: ReadonlyMap<string, ObservedDocument>;
  attachedPolicies?: readonly AttachedPolicy[];
  /** `null`: it has none. */
  permissionsBoundary?: AttachedPolicy | null;
  keys?: readonly ObservedKey[];
  /** A password for the AWS console. */
  hasLoginProfile?: boolean;
  /** What the user can authenticate with beside keys and password. */
  otherCredentials?: readonly ObservedCredential[];
}

/** A managed policy as the listing of what it is attached to shows it. */
export interface AttachedPolicy {
  name: string;
  arn: string;
}

export interface ObservedKey {
  /** `AKIA…`. */
  id: string;
  /** `Active` or `Inactive`; AWS's model also knows `Expired` (IAM API, `statusType`). */
  status: string;
  /** `2026-11-28T07:24:00Z`, as all times here. */
  createdAt?: string;
  /** `null`: never used. Absent: not read. */
  lastUsed?: KeyUse | null;
}

/** The last call that was signed with a key. */
export interface KeyUse {
  at: string;
  service?: string;
  region?: string;
}

export interface ObservedCredential {
  kind: "mfa-device" | "service-specific" | "signing-certificate" | "ssh-key";
  /** Serial number or id; absent when only its existence is known, as from the credential report. */
  id?: string;
  /** `codecommit.amazonaws.com`, of a service-specific credential. */
  service?: string;
  /** `Active` or `Inactive`, where the kind has one. */
  status?: string;
}

export interface ObservedGroup {
  name: string;
  path: string;
  arn: string;
  inlinePolicies: ReadonlyMap<string, ObservedDocument>;
  attachedPolicies: readonly AttachedPolicy[];
  /**
   * Names of all its members (IAM API, GetGroup). Absent when only the users' own lists of groups
   * were read; with all users in scope those say the same.
   */
  members?: readonly string[];
}

export interface ObservedManagedPolicy {
  arn: string;
  name: string;
  /** The version that is in force. */
  defaultVersion: string;
  document: ObservedDocument;
}

export interface ObservedRole {
  name: string;
  path: string;
  arn: string;
  /** `AROA…`. */
  uniqueId: string;
  tags?: Readonly<Record<string, string>>;
  trustPolicy: ObservedDocument;
  inlinePolicies: ReadonlyMap<string, ObservedDocument>;
  attachedPolicies: readonly AttachedPolicy[];
  permissionsBoundary?: AttachedPolicy | null;
}

/** One repository in one region. */
export interface ObservedRepository {
  repository: string;
  region: string;
  /** False: AWS says RepositoryNotFoundException. */
  exists: boolean;
  /** Absent: it has none, AWS says RepositoryPolicyNotFoundException. */
  policy?: ObservedDocument;
}

/** The policy of the whole registry in one region, which holds for every repository in it. */
export interface ObservedRegistry {
  region: string;
  /** Absent: it has none, AWS says RegistryPolicyNotFoundException. */
  policy?: ObservedDocument;
}

/** A part that should have been read and could not be. */
export interface Unread {
  part:
    | "users"
    | "user"
    | "keys"
    | "credentials"
    | "groups"
    | "managed-policy"
    | "roles"
    | "repository"
    | "registry";
  /**
   * Which one: name of a user (`user`, `keys`, `credentials`), of a group, a role, ARN of a managed
   * policy, `placeKey` of a repository, region of a registry. Absent: all of that part.
   */
  name?: string;
  /** What AWS answered, in one line: `AccessDenied: … is not authorized to perform: iam:ListUsers`. */
  reason: string;
}

/** `edge-agent@eu-central-1`: a repository in a region; neither name holds an `@`. */
export function placeKey(repository: string, region: string): string {
  return `${repository}@${region}`;
}

/**
 * A document from the text that AWS returned.
 *
 * @param text - URL-decoded already, where AWS encodes it (IAM does, ECR does not).
 */
export function observedDocument(text: string): ObservedDocument {
  try {
    return { text, document: JSON.parse(text) as unknown };
  } catch {
    return { text };
  }
}
