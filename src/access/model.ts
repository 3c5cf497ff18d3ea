/**
 * The vocabulary of access decisions. Everything shown to a person (difference, table, budget) and
 * everything rendered for AWS comes from `Grant[]`, never from the text of a policy.
 */
import type { AccountId, IsoDate } from "../customers/model";

/** Who pulls: the customer's IAM user in the vendor's account, or the customer's own AWS account. */
export type Principal =
  { kind: "user"; userName: string } | { kind: "account"; account: AccountId };

/** This customer may pull this repository as this principal. */
export interface Grant {
  customer: string;
  repository: string;
  principal: Principal;
  /** Last day of the grant, if it ends by itself. */
  expires?: IsoDate;
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
}

/** Repository name → settings, in name order. */
export type Catalogue = ReadonlyMap<string, RepositorySettings>;

/** An IAM or ECR policy document, always built as an object and serialised once. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Id?: string;
  Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { AWS: readonly string[] };
  Action: string | readonly string[];
  Resource?: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
