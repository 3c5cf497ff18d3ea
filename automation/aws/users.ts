// IAM users and what is attached to them, as AWS holds them.
import {
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { USER_PATH } from "../../src/access/arns";
import { inlineOfUser } from "./inlinePolicies";
import { unlessMissing } from "./missing";
import type { AccessKeyView, ListedUser, UserView } from "./views";

/** All users under `/customers/`, in name order. One call for each thousand (IAM API, ListUsers). */
export async function listUsers(iam: IAMClient): Promise<ListedUser[]> {
  const users: ListedUser[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.send(
      new ListUsersCommand({ PathPrefix: USER_PATH, MaxItems: 1000, Marker }),
    );
    for (const { UserName = "", UserId = "" } of page.Users ?? []) {
      users.push({ name: UserName, uniqueId: UserId });
    }
    Marker = page.IsTruncated ? page.Marker : undefined;
  } while (Marker !== undefined);
  return users.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * One user with everything attached to it. GetUser returns its tags; ListUsers does not (IAM API).
 *
 * @throws NoSuchEntityException when there is no such user.
 */
export async function readUser(iam: IAMClient, name: string): Promise<UserView> {
  const UserName = name;
  const { User: user } = await iam.send(new GetUserCommand({ UserName }));
  const [groups, attached, inline, keys, hasPassword] = await Promise.all([
    iam.send(new ListGroupsForUserCommand({ UserName })),
    iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
    inlineOfUser(iam, name),
    accessKeys(iam, name),
    hasLoginProfile(iam, name),
  ]);
  return {
    name,
    path: user?.Path ?? "",
    uniqueId: user?.UserId ?? "",
    arn: user?.Arn ?? "",
    tags: Object.fromEntries((user?.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
    groups: (groups.Groups ?? []).map((group) => group.GroupName ?? "").sort(),
    attachedPolicies: (attached.AttachedPolicies ?? []).map((policy) => policy.PolicyName ?? ""),
    inlinePolicies: Object.fromEntries(
      [...inline].map(([policy, { document }]) => [policy, document]),
    ),
    keys: Object.fromEntries(keys.map(({ id, status }) => [id, status])),
    hasLoginProfile: hasPassword,
  };
}

/** A user's access keys, active and inactive, oldest first; none for a user that does not exist. */
export async function accessKeys(iam: IAMClient, UserName: string): Promise<AccessKeyView[]> {
  const answer = await unlessMissing(iam.send(new ListAccessKeysCommand({ UserName })));
  return (answer?.AccessKeyMetadata ?? [])
    .map(({ AccessKeyId = "", Status = "", CreateDate }) => ({
      id: AccessKeyId,
      status: Status,
      createdAt: CreateDate ?? new Date(0),
    }))
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** One inline policy of a user; undefined when it has no such policy, or there is no such user. */
export async function userPolicy(
  iam: IAMClient,
  UserName: string,
  PolicyName: string,
): Promise<unknown> {
  const command = new GetUserPolicyCommand({ UserName, PolicyName });
  const answer = await unlessMissing(iam.send(command));
  return answer && JSON.parse(decodeURIComponent(answer.PolicyDocument ?? "null"));
}

/** Whether a user has a password for the AWS console, now. */
export async function hasLoginProfile(iam: IAMClient, UserName: string): Promise<boolean> {
  return (await unlessMissing(iam.send(new GetLoginProfileCommand({ UserName })))) !== undefined;
}

/**
 * When a user last signed in to the console. @returns null when it never has, or AWS has no record: it keeps one since
 * 2014-10-20 (IAM API Reference, "User").
 */
export async function passwordLastUsed(iam: IAMClient, UserName: string): Promise<string | null> {
  const { User } = await iam.send(new GetUserCommand({ UserName }));
  return User?.PasswordLastUsed?.toISOString() ?? null;
}
