import { roleArn, userArn, USER_PATH } from "../../src/access/arns";
import { customerContent } from "../../src/access/customerContent";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { entitledGrants } from "../../src/access/entitlements";
import { grantsIn } from "../../src/access/grantRegions";
import { groupPolicies } from "../../src/access/groupPolicies";
import { principalArn } from "../../src/access/arns";
import { roleContent } from "../../src/access/roleContent";
import { hasRole, hasUser } from "../../src/customers/identity";
import { namedGrants, repositoryPolicy } from "../../src/access/repositoryPolicy";
import { keyName, type DeclaredAccount, type RecordedState } from "../../src/account/declared";
import {
  observedDocument,
  placeKey,
  type AttachedPolicy,
  type ObservedAccount,
  type ObservedDocument,
  type ObservedGroup,
  type ObservedManagedPolicy,
  type ObservedRegistry,
  type ObservedRepository,
  type ObservedRole,
  type ObservedUser,
} from "../../src/account/observed";

/** An observed account that a test may change. */
export interface ChangeableAccount extends ObservedAccount {
  users: ChangeableUser[];
  groups: ChangeableGroup[];
  managedPolicies: Map<string, ObservedManagedPolicy>;
  roles: ChangeableRole[];
  repositories: Map<string, ObservedRepository>;
  registries: Map<string, ObservedRegistry>;
  unread: { part: ObservedAccount["unread"][number]["part"]; name?: string; reason: string }[];
}

type Changeable<T> = { -readonly [Key in keyof T]: T[Key] };
export interface ChangeableUser extends Changeable<ObservedUser> {
  tags: Record<string, string>;
  groups: string[];
  inlinePolicies: Map<string, ObservedDocument>;
  attachedPolicies: AttachedPolicy[];
  keys: Changeable<NonNullable<ObservedUser["keys"]>[number]>[];
}
export interface ChangeableRole extends Changeable<ObservedRole> {
  inlinePolicies: Map<string, ObservedDocument>;
  attachedPolicies: AttachedPolicy[];
}
export interface ChangeableGroup extends Changeable<ObservedGroup> {
  inlinePolicies: Map<string, ObservedDocument>;
  attachedPolicies: AttachedPolicy[];
}

export const written = (value: unknown) => observedDocument(JSON.stringify(value));

/** Id of the user that a clean account has for a customer. */
function uniqueIdOf(customer: string): string {
  return `AIDA${customer.toUpperCase().replace(/[^A-Z0-9]/g, "")}`;
}

function roleIdOf(customer: string): string {
  return uniqueIdOf(customer).replace(/^AIDA/, "AROA");
}

export function keyIdOf(customer: string, generation: number): string {
  return `AKIA${customer.toUpperCase().replace(/[^A-Z0-9]/g, "")}${generation}`;
}

/** The account in which everything is as the files say. */
export function cleanAccount(declared: DeclaredAccount): ChangeableAccount {
  const { settings, customers, today } = declared;
  const { account, namePrefix } = settings;
  const group = `${namePrefix}ecr-customers`;
  const policies = groupPolicies(settings).map(({ name, document }) => ({
    name,
    arn: `arn:aws:iam::${account}:policy/${name}`,
    defaultVersion: "v1",
    document: written(document),
  }));
  const users = customers.flatMap((customer): ChangeableUser[] => {
    const content = customerContent(customer, settings, today);
    if (content === undefined) return [];
    const { userName, tags, deny, keys } = content;
    return [
      {
        name: userName,
        path: USER_PATH,
        arn: userArn(settings, userName),
        uniqueId: uniqueIdOf(customer.id),
        tags: { ...tags },
        groups: [group],
        inlinePolicies: new Map(deny === undefined ? [] : [[DENY_POLICY_NAME, written(deny)]]),
        attachedPolicies: [],
        permissionsBoundary: null,
        keys: keys.map(({ generation, status }) => ({
          id: keyIdOf(customer.id, generation),
          status,
          createdAt: `2026-0${generation}-01T00:00:00Z`,
        })),
        hasLoginProfile: false,
        otherCredentials: [],
      },
    ];
  });
  const roles = customers.flatMap((customer): ChangeableRole[] => {
    const content = roleContent(customer, settings, today);
    if (content === undefined) return [];
    const { roleName, tags, deny, trust } = content;
    return [
      {
        name: roleName,
        path: USER_PATH,
        arn: roleArn(settings, roleName),
        uniqueId: roleIdOf(customer.id),
        tags: { ...tags },
        trustPolicy: written(trust),
        inlinePolicies: new Map(deny === undefined ? [] : [[DENY_POLICY_NAME, written(deny)]]),
        attachedPolicies: policies.map(({ name, arn }) => ({ name, arn })),
        permissionsBoundary: null,
      },
    ];
  });
  const grants = entitledGrants(customers, settings, today);
  const ids = new Map([...users, ...roles].map(({ arn, uniqueId }) => [arn, uniqueId]));
  const repositories = [...settings.repositories].flatMap(([repository, its]) => {
    const named = namedGrants(grants, repository, its);
    return its.regions.map((region): [string, ObservedRepository] => {
      const principals = grantsIn(named, region)
        .flatMap((grant) => grant.principals)
        .map((principal) => {
          const arn = principalArn(principal, settings);
          const uniqueId = ids.get(arn);
          return { arn, ...(uniqueId === undefined ? {} : { uniqueId }) };
        });
      const document = repositoryPolicy(principals, settings, its.statements);
      return [
        placeKey(repository, region),
        {
          repository,
          region,
          exists: true,
          ...(document === undefined ? {} : { policy: written(document) }),
        },
      ];
    });
  });
  const regions = new Set(repositories.map(([, { region }]) => region));
  return {
    account,
    scope: { users: "all", roles: "all", group: true, others: true },
    users,
    groups: [
      {
        name: group,
        path: "/",
        arn: `arn:aws:iam::${account}:group/${group}`,
        inlinePolicies: new Map(),
        attachedPolicies: policies.map(({ name, arn }) => ({ name, arn })),
      },
    ],
    managedPolicies: new Map(policies.map((policy) => [policy.arn, policy])),
    roles,
    repositories: new Map(repositories),
    registries: new Map([...regions].map((region) => [region, { region }])),
    unread: [],
  };
}

/** The state of a stack that has created everything of a clean account. */
export function cleanState({ customers }: Pick<DeclaredAccount, "customers">): RecordedState {
  const own = customers.filter(hasUser);
  return {
    keyIds: new Map(
      own.flatMap(({ id, keys }) =>
        keys.map(({ generation }) => [keyName(id, generation), keyIdOf(id, generation)] as const),
      ),
    ),
    userIds: new Map(own.map(({ id }) => [id, uniqueIdOf(id)])),
    roleIds: new Map(customers.filter(hasRole).map(({ id }) => [id, roleIdOf(id)])),
  };
}
