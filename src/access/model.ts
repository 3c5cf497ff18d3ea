/**
 * The vocabulary of access decisions. Everything that reports show (difference, table, budget) and
 * everything rendered for AWS comes from `Grant[]`, never from the text of a policy.
 */
import type { AccountId, IsoDate, OidcIdentity } from "../customers/model";

/**
 * Who pulls: the customer's IAM user in the vendor's account, its IAM role there, the customer's own AWS account, or a
 * role of that.
 */
export type Principal =
  | { kind: "user"; userName: string }
  /** Assumed with these OIDC tokens of the customer's. */
  | { kind: "oidcRole"; roleName: string; oidc: OidcIdentity }
  | { kind: "account"; account: AccountId }
  /** By path and name: `ci/puller`. */
  | { kind: "role"; account: AccountId; role: string };

/** From where a grant works: one of the networks, or through one of the VPC endpoints. */
export interface GrantSource {
  networks: readonly string[];
  vpcEndpoints: readonly string[];
}

/** This customer may pull this repository as any of these principals. */
export interface Grant {
  customer: string;
  repository: string;
  /** At least one; several while a customer moves from one identity to another. */
  principals: readonly Principal[];
  /** Last day of the grant, if it ends by itself. */
  expires?: IsoDate;
  /** From where it works; anywhere without it. */
  from?: GrantSource;
  /** The only regions of the repository in which it works; all of them without it. */
  regions?: readonly string[];
}

/** How a repository knows its customers: listed in its policy, or by a tag that their users carry. */
export type GrantMode = "named" | "tagged";

/** One entry of the stack's catalogue. */
export interface RepositorySettings {
  /** Made by this stack, with `awsx`; otherwise it is assumed to exist. */
  create: boolean;
  grants: GrantMode;
  /** AWS regions in which the repository exists; each gets its own policy. Sorted, at least one. */
  regions: readonly string[];
  /** Statements of others in the repository's policy, rendered after ours, unchanged and in this order. */
  statements?: readonly ForeignStatement[];
  /** The file that `statements` come from, relative to the project's folder. */
  statementsFile?: string;
  /**
   * Region → statements that AWS holds and no file declares: rendered after the declared ones in this run,
   * because what others have is not removed by an update that is about customers.
   */
  found?: Readonly<Record<string, readonly ForeignStatement[]>>;
}

/** Repository name → settings, in name order. */
export type Catalogue = ReadonlyMap<string, RepositorySettings>;

/** An IAM or ECR policy document, always built as an object and serialised once. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Id?: string;
  Statement: readonly PolicyStatement[];
}

/** A repository's policy: our statement, if it names anyone, and those of others. */
export interface RepositoryPolicyDocument extends Omit<PolicyDocument, "Statement"> {
  Statement: readonly (PolicyStatement | ForeignStatement)[];
}

/**
 * A statement that is not ours (a build server that pushes, a partner's account), with whatever
 * elements AWS knows. It is kept as it was written: never sorted, completed or tidied up.
 */
export type ForeignStatement = Readonly<Record<string, unknown>>;

/** The stack that writes a repository's policy; its `Id` names it. */
export interface PolicyOwner {
  /** Name of the Pulumi project. */
  project: string;
  /** Short name of the stack, of the base stack when there are cells. */
  stack: string;
}

/** A statement that this program renders. */
export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { AWS: readonly string[] } | { Federated: string };
  Action: string | readonly string[];
  Resource?: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
