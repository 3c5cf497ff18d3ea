import {
  GetAccountAuthorizationDetailsCommand,
  type AttachedPolicy as SdkAttachedPolicy,
  type GetAccountAuthorizationDetailsResponse,
  type IAMClient,
  type PolicyDetail,
  type Tag,
} from "@aws-sdk/client-iam";
import {
  observedDocument,
  type AttachedPolicy,
  type ObservedDocument,
  type ObservedGroup,
  type ObservedManagedPolicy,
  type ObservedRole,
  type ObservedUser,
} from "../../src/account/observed";

/** Users, groups, roles and managed policies of an account. */
export interface AccountDetails {
  users: (ObservedUser & { createdAt?: string })[];
  groups: ObservedGroup[];
  roles: ObservedRole[];
  managedPolicies: Map<string, ObservedManagedPolicy>;
}

/** Most of what IAM holds, in one call for each thousand entities (IAM API, GetAccountAuthorizationDetails). */
export async function accountDetails(iam: IAMClient): Promise<AccountDetails> {
  const details: AccountDetails = {
    users: [],
    groups: [],
    roles: [],
    managedPolicies: new Map(),
  };
  let Marker: string | undefined;
  do {
    const page = await iam.send(
      new GetAccountAuthorizationDetailsCommand({ MaxItems: 1000, Marker }),
    );
    addPage(details, page);
    Marker = page.IsTruncated === true ? page.Marker : undefined;
  } while (Marker !== undefined);
  return details;
}

function addPage(details: AccountDetails, page: GetAccountAuthorizationDetailsResponse): void {
  for (const user of page.UserDetailList ?? []) {
    const { UserName = "", Path = "/", Arn = "", UserId = "", PermissionsBoundary } = user;
    details.users.push({
      name: UserName,
      path: Path,
      arn: Arn,
      uniqueId: UserId,
      tags: tagsOf(user.Tags),
      groups: user.GroupList ?? [],
      inlinePolicies: documentsOf(user.UserPolicyList),
      attachedPolicies: attachedOf(user.AttachedManagedPolicies),
      permissionsBoundary: boundaryOf(PermissionsBoundary?.PermissionsBoundaryArn),
      ...(user.CreateDate === undefined ? {} : { createdAt: timeOf(user.CreateDate) }),
    });
  }
  for (const group of page.GroupDetailList ?? []) {
    const { GroupName = "", Path = "/", Arn = "" } = group;
    details.groups.push({
      name: GroupName,
      path: Path,
      arn: Arn,
      inlinePolicies: documentsOf(group.GroupPolicyList),
      attachedPolicies: attachedOf(group.AttachedManagedPolicies),
    });
  }
  for (const role of page.RoleDetailList ?? []) {
    const { RoleName = "", Path = "/", Arn = "", RoleId = "", PermissionsBoundary } = role;
    details.roles.push({
      name: RoleName,
      path: Path,
      arn: Arn,
      uniqueId: RoleId,
      tags: tagsOf(role.Tags),
      trustPolicy: decoded(role.AssumeRolePolicyDocument),
      inlinePolicies: documentsOf(role.RolePolicyList),
      attachedPolicies: attachedOf(role.AttachedManagedPolicies),
      permissionsBoundary: boundaryOf(PermissionsBoundary?.PermissionsBoundaryArn),
    });
  }
  for (const policy of page.Policies ?? []) {
    const version = policy.PolicyVersionList?.find(({ IsDefaultVersion }) => IsDefaultVersion);
    const { Arn: arn = "", PolicyName: name = "", DefaultVersionId = "" } = policy;
    const document = decoded(version?.Document);
    details.managedPolicies.set(arn, { arn, name, defaultVersion: DefaultVersionId, document });
  }
}

/** IAM returns documents URL-encoded (IAM API, GetUserPolicy). */
export function decoded(text = ""): ObservedDocument {
  return observedDocument(decodeURIComponent(text));
}

/** `2026-11-28T07:24:00Z`. */
export function timeOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function tagsOf(tags: readonly Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

export function attachedOf(policies: readonly SdkAttachedPolicy[] = []): AttachedPolicy[] {
  return policies.map(({ PolicyName = "", PolicyArn = "" }) => ({
    name: PolicyName,
    arn: PolicyArn,
  }));
}

/** @param arn - of the policy that is the boundary, if there is one. */
export function boundaryOf(arn: string | undefined): AttachedPolicy | null {
  return arn === undefined ? null : { arn, name: arn.slice(arn.lastIndexOf("/") + 1) };
}

function documentsOf(policies: readonly PolicyDetail[] = []): Map<string, ObservedDocument> {
  return new Map(
    policies.map(({ PolicyName = "", PolicyDocument }) => [PolicyName, decoded(PolicyDocument)]),
  );
}
