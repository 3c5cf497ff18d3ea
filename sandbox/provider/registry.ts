import { getRole, getRoles } from "./functions/getRoles";
import { getUser } from "./functions/getUser";
import { getUsers } from "./functions/getUsers";
import { accessKey } from "./resources/accessKey";
import { group } from "./resources/group";
import { groupPolicyAttachment } from "./resources/groupPolicyAttachment";
import { lifecyclePolicy } from "./resources/lifecyclePolicy";
import { openIdConnectProvider } from "./resources/openIdConnectProvider";
import { policy } from "./resources/policy";
import { repository } from "./resources/repository";
import { repositoryPolicy } from "./resources/repositoryPolicy";
import { role } from "./resources/role";
import { rolePolicy } from "./resources/rolePolicy";
import { rolePolicyAttachment } from "./resources/rolePolicyAttachment";
import { user } from "./resources/user";
import { userGroupMembership } from "./resources/userGroupMembership";
import { userPolicy } from "./resources/userPolicy";
import type { AnyResourceType, Context } from "./resourceType";
import type { Properties } from "./values";

/** The resource types that the provider knows, by Pulumi token. */
export const resourceTypes: ReadonlyMap<string, AnyResourceType> = new Map(
  [
    user,
    group,
    policy,
    groupPolicyAttachment,
    userGroupMembership,
    accessKey,
    userPolicy,
    role,
    rolePolicy,
    rolePolicyAttachment,
    openIdConnectProvider,
    repository,
    lifecyclePolicy,
    repositoryPolicy,
  ].map((type) => [type.token, type]),
);

/** The functions that the provider knows, by Pulumi token. */
export const functions: ReadonlyMap<
  string,
  (context: Context, args: Properties) => Promise<Properties>
> = new Map([
  ["aws:iam/getRole:getRole", getRole],
  ["aws:iam/getRoles:getRoles", getRoles],
  ["aws:iam/getUser:getUser", getUser],
  ["aws:iam/getUsers:getUsers", getUsers],
]);
