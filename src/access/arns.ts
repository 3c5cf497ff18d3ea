import type { AccountId, Customer } from "../customers/model";
import type { Principal } from "./model";
import { partitionOf } from "./partition";

/** All customers' users and roles are under this path, so that the deploying role can be limited to them. */
export const USER_PATH = "/customers/";

/** Name of the one group that every customer's user is in, before the stack's prefix. */
export const GROUP_NAME = "ecr-customers";

/** What a customer's IAM user name follows from. */
export type NamedCustomer = Pick<Customer, "id" | "userName">;

/** IAM user name of a customer: its own, if its file says one, or the stack's prefix and the customer's id. */
export function userName(namePrefix: string, { id, userName: own }: NamedCustomer): string {
  return own ?? `${namePrefix}${id}`;
}

/** Name of the IAM role that a customer's OIDC tokens assume. */
export function roleName(namePrefix: string, { id }: Pick<Customer, "id">): string {
  return `${namePrefix}${id}`;
}

/** Where a stack is: its account, and a region, which says in which partition. */
export interface Home {
  account: AccountId;
  region: string;
}

/** ARN of a customer's user; the path is part of it (IAM identifiers, "IAM ARNs"). */
export function userArn(home: Home, name: string): string {
  return iamArn(home, `user${USER_PATH}${name}`);
}

/** ARN of a customer's role. */
export function roleArn(home: Home, name: string): string {
  return iamArn(home, `role${USER_PATH}${name}`);
}

/** ARN of what IAM has in the stack's account, e.g. `policy/login`. */
export function iamArn({ account, region }: Home, resource: string): string {
  return `arn:${partitionOf(region)}:iam::${account}:${resource}`;
}

/** The principal that stands for all identities of an account in the stack's partition, as that account allows them. */
export function accountRootArn({ region }: Pick<Home, "region">, account: AccountId): string {
  return iamArn({ account, region }, "root");
}

/** What a policy names to mean a grant's principal. */
export function principalArn(principal: Principal, home: Home): string {
  if (principal.kind === "user") return userArn(home, principal.userName);
  if (principal.kind === "oidcRole") return roleArn(home, principal.roleName);
  if (principal.kind === "account") return accountRootArn(home, principal.account);
  return iamArn({ ...home, account: principal.account }, `role/${principal.role}`);
}

/** ARN of a repository in one region. */
export function repositoryArn(account: AccountId, region: string, repository: string): string {
  return `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${repository}`;
}
