import { hasRole, hasUser } from "../customers/identity";
import { roleName, userName, GROUP_NAME } from "../access/arns";
import { customerContent, type CustomerContent } from "../access/customerContent";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import { accessEnded, entitledGrants } from "../access/entitlements";
import { grantRegions } from "../access/grantRegions";
import { groupPolicies, type AccessSettings, type GroupPolicy } from "../access/groupPolicies";
import type { Grant } from "../access/model";
import { principalArns } from "../access/principals";
import { roleContent, type RoleContent } from "../access/roleContent";
import { revocationTime } from "../access/revocationMark";
import type { PrincipalNames } from "../access/statementWords";
import type { Customer } from "../customers/model";
import type { DeclaredAccount } from "./declared";
import type { Readings } from "./judge";
import {
  placeKey,
  type ObservedAccount,
  type ObservedGroup,
  type ObservedRole,
  type ObservedUser,
} from "./observed";

/** One customer with a user: what its file asks for, and what AWS has. */
export interface ExpectedUser {
  customer: Customer;
  content: CustomerContent;
  /** Undefined: AWS has no such user. */
  user?: ObservedUser;
}

/** A customer whose user AWS has. */
export type PresentUser = ExpectedUser & { user: ObservedUser };

/** One customer with a role of ours. */
export interface ExpectedRole {
  customer: Customer;
  content: RoleContent;
  /** Undefined: AWS has no such role. */
  role?: ObservedRole;
}

/** A customer whose role AWS has. */
export type PresentRole = ExpectedRole & { role: ObservedRole };

/** Both sides of the comparison, with what all checks look up in them. */
export interface AccountContext {
  declared: DeclaredAccount;
  observed: ObservedAccount;
  settings: AccessSettings;
  /** First moment of the day, `2026-11-28T00:00:00Z`. */
  time: string;
  /** Customers as they are to be treated: those that AWS shows as revoked are suspended. */
  customers: readonly Customer[];
  byId: ReadonlyMap<string, Customer>;
  /** Customer → time of an emergency revocation that its file does not know of. */
  revocations: ReadonlyMap<string, string>;
  /** Customers with a user that was asked for. */
  users: readonly ExpectedUser[];
  /** Those of them whose user AWS has. */
  present: readonly PresentUser[];
  userByName: ReadonlyMap<string, ObservedUser>;
  /** Customers with a role that was asked for. */
  roles: readonly ExpectedRole[];
  /** Those of them whose role AWS has. */
  presentRoles: readonly PresentRole[];
  /** What the files give, on the day. */
  grants: readonly Grant[];
  /** Customer → places that it may pull, as `placeKey` writes them. */
  pulls: ReadonlyMap<string, ReadonlySet<string>>;
  /** The stack's group: its name, what belongs to it, and what AWS has. */
  group: { name: string; policies: readonly GroupPolicy[]; found?: ObservedGroup };
  groups: ReadonlyMap<string, ObservedGroup>;
  readings: Readings;
  /** The customer of an IAM user name. */
  customerOfUser: (name: string) => string | undefined;
  /** The customer, or customers of one account, that an ARN stands for. */
  customersOf: (arn: string) => readonly string[];
  /** For statements of others in words. */
  names: PrincipalNames;
  /** Whether a customer's access has ended, by its file or by an emergency revocation. */
  hasEnded: (customer: string) => boolean;
}

/** Prepares both sides. */
export function accountContext(
  declared: DeclaredAccount,
  observed: ObservedAccount,
): AccountContext {
  const { settings, today } = declared;
  const userByName = new Map(observed.users.map((user) => [user.name, user]));
  const nameOf = (customer: Customer) => userName(settings.namePrefix, customer);
  const roleByName = new Map(observed.roles.map((role) => [role.name, role]));
  const { customers, revocations } = withRevocations(declared, userByName, roleByName);
  const { scope } = observed;
  const users = customers.flatMap((customer): ExpectedUser[] => {
    const content = customerContent(customer, settings, today);
    if (content === undefined) return [];
    if (scope.users !== "all" && !scope.users.has(content.userName)) return [];
    const user = userByName.get(content.userName);
    return [{ customer, content, ...(user === undefined ? {} : { user }) }];
  });
  const roles = customers.flatMap((customer): ExpectedRole[] => {
    const content = roleContent(customer, settings, today);
    if (content === undefined || scope.roles === undefined) return [];
    if (scope.roles !== "all" && !scope.roles.has(content.roleName)) return [];
    const role = roleByName.get(content.roleName);
    return [{ customer, content, ...(role === undefined ? {} : { role }) }];
  });
  const grants = entitledGrants(customers, settings, today);
  const byArn = customersByArn(customers, settings, userByName);
  const byUser = new Map(
    customers.filter(hasUser).map((customer) => [nameOf(customer), customer.id]),
  );
  const groups = new Map(observed.groups.map((group) => [group.name, group]));
  const group = `${settings.namePrefix}${GROUP_NAME}`;
  const found = groups.get(group);
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  const customersOf = (arn: string) => byArn.get(arn) ?? [];
  return {
    declared,
    observed,
    settings,
    time: `${today}T00:00:00Z`,
    customers,
    byId,
    revocations,
    users,
    present: users.flatMap((one) => (one.user === undefined ? [] : [{ ...one, user: one.user }])),
    userByName,
    roles,
    presentRoles: roles.flatMap((one) =>
      one.role === undefined ? [] : [{ ...one, role: one.role }],
    ),
    grants,
    pulls: pullsOf(grants, settings),
    group: {
      name: group,
      policies: groupPolicies(settings),
      ...(found === undefined ? {} : { found }),
    },
    groups,
    readings: new Map(),
    customerOfUser: (name) => byUser.get(name),
    customersOf,
    names: {
      account: settings.account,
      customerOf: (arn) => customersOf(arn).join(" and ") || undefined,
    },
    hasEnded: (id) => {
      const customer = byId.get(id);
      return customer === undefined || accessEnded(customer, today);
    },
  };
}

/** When a user's or a role's access was revoked in an emergency, by the mark in AWS. */
function markOf(identity: Pick<ObservedUser, "inlinePolicies"> | undefined): string | undefined {
  return revocationTime(identity?.inlinePolicies?.get(DENY_POLICY_NAME)?.document);
}

/** An emergency revocation stands until a file says otherwise. */
function withRevocations(
  { customers, settings }: DeclaredAccount,
  userByName: ReadonlyMap<string, ObservedUser>,
  roleByName: ReadonlyMap<string, ObservedRole>,
): { customers: Customer[]; revocations: Map<string, string> } {
  const revocations = new Map<string, string>();
  const treated = customers.map((customer): Customer => {
    const ofUser = hasUser(customer)
      ? markOf(userByName.get(userName(settings.namePrefix, customer)))
      : undefined;
    const ofRole = hasRole(customer)
      ? markOf(roleByName.get(roleName(settings.namePrefix, customer)))
      : undefined;
    const time = ofUser ?? ofRole;
    const isKnown = customer.revoked === time || customer.status === "suspended";
    if (time === undefined || isKnown) return customer;
    revocations.set(customer.id, time);
    return { ...customer, status: "suspended", revoked: time };
  });
  return { customers: treated, revocations };
}

function pullsOf(
  grants: readonly Grant[],
  { repositories }: AccessSettings,
): Map<string, Set<string>> {
  const pulls = new Map<string, Set<string>>();
  for (const grant of grants) {
    const { customer, repository } = grant;
    const its = pulls.get(customer) ?? new Set<string>();
    for (const region of grantRegions(grant, repositories.get(repository)?.regions ?? [])) {
      its.add(placeKey(repository, region));
    }
    pulls.set(customer, its);
  }
  return pulls;
}

/** By the ARN that policies name, and by the one that AWS shows: a user may have been moved by hand. */
function customersByArn(
  customers: readonly Customer[],
  settings: AccessSettings,
  userByName: ReadonlyMap<string, ObservedUser>,
): Map<string, string[]> {
  const byArn = new Map<string, string[]>();
  for (const customer of customers) {
    const { id } = customer;
    const moved = hasUser(customer)
      ? userByName.get(userName(settings.namePrefix, customer))?.arn
      : undefined;
    for (const arn of new Set([...principalArns(customer, settings), moved])) {
      if (arn !== undefined) byArn.set(arn, [...(byArn.get(arn) ?? []), id]);
    }
  }
  return byArn;
}
