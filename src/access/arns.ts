import type { AccountId } from "../customers/model";
import type { Principal } from "./model";

/** All customers' users are under this path, so that a role can be limited to them. */
export const USER_PATH = "/customers/";

/** Name of the one group that every customer's user is in, before the stack's prefix. */
export const GROUP_NAME = "ecr-customers";

/** IAM user name of a customer: the stack's prefix and the customer's id. */
export function userName(namePrefix: string, customer: string): string {
  return `${namePrefix}${customer}`;
}

/** ARN of a customer's user; the path is part of it (IAM identifiers, "IAM ARNs"). */
export function userArn(account: AccountId, name: string): string {
  return `arn:aws:iam::${account}:user${USER_PATH}${name}`;
}

/** The principal that stands for all identities of an account, as that account allows them. */
export function accountRootArn(account: AccountId): string {
  return `arn:aws:iam::${account}:root`;
}

/** What a policy names to mean a grant's principal. */
export function principalArn(principal: Principal, account: AccountId): string {
  return principal.kind === "user"
    ? userArn(account, principal.userName)
    : accountRootArn(principal.account);
}

/** ARN of a repository in one region. */
export function repositoryArn(account: AccountId, region: string, repository: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${repository}`;
}
