import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import pMap from "p-map";
import type { ObservedRole } from "../../src/account/observed";
import { attachedOf, boundaryOf, decoded, tagsOf } from "./accountDetails";
import { unlessMissing } from "./missing";
import type { NoteUnread } from "./noteUnread";

/** Roles that are read at the same time; each takes three or four calls. */
const ROLES_AT_ONCE = 8;

/** Single roles with everything attached to them. Those that do not exist are left out. */
export async function observedRoles(
  iam: IAMClient,
  names: readonly string[],
  unread: NoteUnread,
): Promise<ObservedRole[]> {
  const found = await pMap(
    names,
    (name) => unread.unless("roles", name, unlessMissing(roleOf(iam, name))),
    { concurrency: ROLES_AT_ONCE },
  );
  return found.filter((role) => role !== undefined);
}

async function roleOf(iam: IAMClient, RoleName: string): Promise<ObservedRole> {
  const [got, inline, attached] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    inlineOfRole(iam, RoleName),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ]);
  const { Role: role } = got;
  return {
    name: RoleName,
    path: role?.Path ?? "",
    arn: role?.Arn ?? "",
    uniqueId: role?.RoleId ?? "",
    tags: tagsOf(role?.Tags),
    trustPolicy: decoded(role?.AssumeRolePolicyDocument),
    inlinePolicies: inline,
    attachedPolicies: attachedOf(attached.AttachedPolicies),
    permissionsBoundary: boundaryOf(role?.PermissionsBoundary?.PermissionsBoundaryArn),
  };
}

async function inlineOfRole(iam: IAMClient, RoleName: string) {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = await Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      return [PolicyName, decoded(PolicyDocument)] as const;
    }),
  );
  return new Map(documents);
}
