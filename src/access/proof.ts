import type { Decision } from "./evaluate";
import type { StatementGrant } from "./statementGrants";

/** Something that is not as the customer files say. */
export interface Difference {
  /** Whom or what it is about: a customer, an unauthorized principal, a document. */
  subject: string;
  /** The question, or the place in the document. */
  at: string;
  expected: string;
  found: string;
}

/** What a proof of access looked at, and what it found. */
export interface Proof {
  customers: number;
  /** Others that were asked the same questions. */
  unauthorizedPrincipals: number;
  repositories: number;
  /** Policies of repositories count once for each region. */
  documents: number;
  /** Distinct actions that were asked about. */
  actions: number;
  decisions: Readonly<Record<Decision, number>>;
  /** Customers with an AWS account of their own, of which it is assumed that it allows everything. */
  ownAccounts: number;
  /** Those of them with an end date, which no policy of ours enforces. */
  endByUpdateOnly: readonly string[];
  /** Whom statements of others, which the settings declare, allow or deny something, in words. */
  others: readonly ({ repository: string } & StatementGrant)[];
  /** Empty: proved. */
  differences: readonly Difference[];
}
