// Ways in which documents can be wrong, by name. Each works on a copy of `rendered()` (proofSupport),
// as plain objects, because most of them are nothing that our types allow.
import { ACCOUNT } from "../support";

/* eslint-disable @typescript-eslint/no-explicit-any -- documents that may have been corrupted in any way */

/** What notices it: a decision that AWS would make, the form of a document, or no known element. */
export type Noticed = "decision" | "form" | "unknown";

export interface Mutation {
  name: string;
  noticed: Noticed;
  change(policies: any): void;
}

export const ARN = (rest: string) => `arn:aws:iam::${ACCOUNT}:${rest}`;
export const USER = (name: string) => ARN(`user/customers/eu-${name}`);
export const FOREIGN = "arn:aws:iam::999999999990:user/customers/eu-acme";
export const FOREIGN_ROOT = "arn:aws:iam::999999999990:root";

export function table(
  noticed: Noticed,
  rows: readonly (readonly [name: string, change: (policies: any) => void])[],
): Mutation[] {
  return rows.map(([name, change]) => ({ name, noticed, change }));
}

/** A repository's policy; `edge-agent` has two regions, the first is meant. */
export const policy = (all: any, repository = "edge-agent") =>
  all.repositories.find((one: any) => one.repository === repository).document;

/** Puts one more principal into the policy of `edge-agent`. */
export function add(principal: string) {
  return (all: any) => void policy(all).Statement[0].Principal.AWS.push(principal);
}
