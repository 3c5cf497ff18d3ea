/**
 * The customer, as a value. One file under `customers/` is one Customer; everything after the
 * loader (decisions, resources, script) works on this type and never on the text of a file.
 */

/** 12 digits. Always text: a leading zero is part of it. */
export type AccountId = string;

/** Calendar day `YYYY-MM-DD`, UTC. Compares correctly as text. */
export type IsoDate = string;

/** Second `YYYY-MM-DDThh:mm:ssZ`, UTC. Compares correctly as text. */
export type IsoTime = string;

export type CustomerStatus = "active" | "suspended";

export type KeyStatus = "active" | "inactive";

/** One access key that the file declares. AWS allows two per user (IAM quotas), and so does the file. */
export interface KeyGeneration {
  /** Positive integer; identifies the key permanently and is never reused after removal. */
  generation: number;
  status: KeyStatus;
}

/** The record in a sales system that owns a customer file. */
interface CustomerSource {
  system: string;
  id: string;
}

/** A key that was handed over: which one, when, and who can open the bundle with it. Never the secret. */
export interface HandOver {
  /** Stacks that share the customer files have keys of their own. Absent in records of earlier versions. */
  stack?: string;
  generation: number;
  /** The access key's id. A re-created user has other keys under the same generations. */
  key: string;
  on: IsoDate;
  /** An age recipient, `pgp:` with a fingerprint, or `passphrase`. */
  to: string;
}

/** What existed in AWS before the customer had a file, and is kept: written by `ecr-customers adopt`. */
export interface Adopted {
  /** The user's unique id, `AIDA…`: another user of the same name is not meant. */
  user: string;
  /** The ids of its keys, sorted by generation; includes generations that no longer exist. */
  keys: readonly { generation: number; key: string }[];
  /** The day on which the user lost everything else that it had: written by `adopt --finish`. */
  finished?: IsoDate;
}

/** Whose tokens stand for the customer: exact values, no wildcard. */
export interface OidcIdentity {
  /** `https://…`, as tokens name it in `iss`. */
  issuer: string;
  audience: string;
  /** Sorted, at least one. */
  subjects: readonly string[];
}

export interface Customer {
  /** The file's name without `.yaml`; becomes the IAM user name (after the stack's `namePrefix`). */
  id: string;
  /** The IAM user's whole name, if it does not follow from the id. */
  userName?: string;
  /** Display name, free text. Never used in a name, an ARN or a policy. */
  name: string;
  /** Sorted, unique, all of them in the stack's catalogue. */
  repositories: readonly string[];
  status: CustomerStatus;
  /** When access was ended in an emergency, by `revoke`; only beside `status: suspended`. */
  revoked?: IsoTime;
  /** Generation of the IAM user, if not the first: another one replaces the user. */
  user?: number;
  /** Last day with access. */
  expires?: IsoDate;
  /** Sorted by generation; empty if and only if the customer has no user (`hasUser`). */
  keys: readonly KeyGeneration[];
  /** The customer pulls with its own AWS identities of this account: without `withKey` no IAM user, no key. */
  awsAccount?: AccountId;
  /**
   * From where it may log in and pull: public networks in CIDR notation, sorted. With `vpcEndpoints`, either is
   * enough; without both, anywhere.
   */
  networks?: readonly string[];
  /** Ids of VPC endpoints, sorted. */
  vpcEndpoints?: readonly string[];
  /** AWS regions in which it may pull, sorted; all regions of its repositories without it. */
  regions?: readonly string[];
  /** Only these roles of `awsAccount`, by path and name, sorted; without them the account as a whole. */
  awsRoles?: readonly string[];
  /** Holders of these tokens assume an IAM role of ours: without `withKey` no IAM user, no key. */
  oidc?: OidcIdentity;
  /** An IAM user with keys of ours beside the other identities, while the customer moves to them. */
  withKey?: true;
  /** Base64 of the raw (not armored) OpenPGP public key, as `aws.iam.AccessKey` expects it. */
  pgpKey?: string;
  /** What the key is encrypted for when it is handed over; never beside `pgpKey`. */
  ageRecipient?: string;
  contact?: string;
  /** Who looks after the customer at the vendor. */
  owner?: string;
  source?: CustomerSource;
  /** An import never takes access away from this customer. */
  protected: boolean;
  /** The user and the keys that are taken over instead of created. */
  adopted?: Adopted;
  /** What the script recorded, sorted by generation; includes generations that no longer exist. */
  handedOver?: readonly HandOver[];
}
