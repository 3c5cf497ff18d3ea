import {
  GetAccessKeyLastUsedCommand,
  GetGroupPolicyCommand,
  GetLoginProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import pMap from "p-map";
import { USER_PATH } from "../../src/access/arns";
import type {
  AttachedPolicy,
  KeyUse,
  ObservedGroup,
  ObservedKey,
  ObservedManagedPolicy,
  ObservedUser,
} from "../../src/account/observed";
import {
  attachedOf,
  boundaryOf,
  decoded,
  tagsOf,
  timeOf,
  type AccountDetails,
} from "./accountDetails";
import { inlineOfUser } from "./inlinePolicies";
import { otherCredentials } from "./otherCredentials";
import { unlessMissing, type NoteUnread } from "./noteUnread";

/** Users that are read at the same time; each takes one to six calls, and the SDK keeps 50 connections. */
const USERS_AT_ONCE = 8;
const KEYS_AT_ONCE = 32;

export interface KeyOptions {
  /** Also read when each key was used last: one more call for each key. */
  lastUse?: boolean;
  /** Called after each user whose keys were read. */
  done?: (user: string) => void;
}

export interface UserOptions extends KeyOptions {
  /**
   * Also read keys and passwords, and with `all` MFA devices and other credentials. Without it they are
   * read for all users at once.
   */
  credentials?: "keys-and-passwords" | "all";
}

/** The keys of some users, oldest first. */
export async function observedKeys(
  iam: IAMClient,
  names: readonly string[],
  options: KeyOptions,
  unread: NoteUnread,
): Promise<Map<string, ObservedKey[]>> {
  const found = await pMap(
    names,
    async (name) => {
      const keys = await unread.unless("keys", name, keysOf(iam, name, options));
      options.done?.(name);
      return keys === undefined ? [] : [[name, keys] as const];
    },
    { concurrency: KEYS_AT_ONCE },
  );
  return new Map(found.flat());
}

async function keysOf(
  iam: IAMClient,
  UserName: string,
  { lastUse = false }: KeyOptions,
): Promise<ObservedKey[]> {
  const answer = await unlessMissing(iam.send(new ListAccessKeysCommand({ UserName })));
  const keys = (answer?.AccessKeyMetadata ?? []).map(
    ({ AccessKeyId = "", Status = "", CreateDate }): ObservedKey => ({
      id: AccessKeyId,
      status: Status,
      ...(CreateDate === undefined ? {} : { createdAt: timeOf(CreateDate) }),
    }),
  );
  keys.sort((a, b) => ((a.createdAt ?? "") < (b.createdAt ?? "") ? -1 : 1));
  if (!lastUse) return keys;
  return Promise.all(keys.map(async (key) => ({ ...key, lastUsed: await lastUsed(iam, key.id) })));
}

async function lastUsed(iam: IAMClient, AccessKeyId: string): Promise<KeyUse | null> {
  const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  const { LastUsedDate, ServiceName, Region } = answer.AccessKeyLastUsed ?? {};
  if (LastUsedDate === undefined) return null;
  return {
    at: timeOf(LastUsedDate),
    ...(ServiceName === undefined ? {} : { service: ServiceName }),
    ...(Region === undefined ? {} : { region: Region }),
  };
}

/** Whether a user has a password for the AWS console, now. */
export async function hasLoginProfile(iam: IAMClient, UserName: string): Promise<boolean> {
  return (await unlessMissing(iam.send(new GetLoginProfileCommand({ UserName })))) !== undefined;
}

/** Reads single users with everything attached to them, by the calls that a narrow role may make. */
export class UserReader {
  readonly #iam: IAMClient;
  readonly #unread: NoteUnread;
  readonly #options: UserOptions;

  constructor(iam: IAMClient, unread: NoteUnread, options: UserOptions = {}) {
    this.#iam = iam;
    this.#unread = unread;
    this.#options = options;
  }

  /** Names of all users under `/customers/`. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await this.#iam.send(
        new ListUsersCommand({ PathPrefix: USER_PATH, MaxItems: 1000, Marker }),
      );
      names.push(...(page.Users ?? []).map(({ UserName = "" }) => UserName));
      Marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (Marker !== undefined);
    return names;
  }

  /** Users, their groups and the stack's, and the managed policies attached to them. */
  async read(names: readonly string[], group: string): Promise<AccountDetails> {
    const [found, own] = await Promise.all([
      pMap(names, (name) => this.#unread.unless("user", name, unlessMissing(this.#user(name))), {
        concurrency: USERS_AT_ONCE,
      }),
      this.#group(group),
    ]);
    const users = found.filter((user) => user !== undefined);
    const others = new Set(users.flatMap(({ groups = [] }) => groups));
    others.delete(group);
    const groups = [own, ...(await pMap([...others], (name) => this.#group(name)))].filter(
      (one) => one !== undefined,
    );
    const attached = [...users, ...groups].flatMap(({ attachedPolicies = [] }) => attachedPolicies);
    const boundaries = users.flatMap(({ permissionsBoundary }) => permissionsBoundary ?? []);
    return {
      users,
      groups,
      roles: [],
      managedPolicies: await this.#policies([...attached, ...boundaries]),
    };
  }

  async #user(name: string): Promise<ObservedUser> {
    const UserName = name;
    const { credentials } = this.#options;
    const isOne = credentials !== undefined;
    const iam = this.#iam;
    const [got, groups, attached, inline, keys, profile, others] = await Promise.all([
      iam.send(new GetUserCommand({ UserName })),
      iam.send(new ListGroupsForUserCommand({ UserName })),
      iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
      inlineOfUser(iam, UserName),
      isOne ? observedKeys(iam, [name], this.#options, this.#unread) : undefined,
      isOne ? this.#unread.unless("credentials", name, hasLoginProfile(iam, UserName)) : undefined,
      credentials === "all" ? otherCredentials(iam, name, this.#unread) : undefined,
    ]);
    const { User: user } = got;
    const itsKeys = keys?.get(name);
    return {
      name,
      path: user?.Path ?? "",
      arn: user?.Arn ?? "",
      uniqueId: user?.UserId ?? "",
      tags: tagsOf(user?.Tags),
      groups: (groups.Groups ?? []).map(({ GroupName = "" }) => GroupName),
      inlinePolicies: inline,
      attachedPolicies: attachedOf(attached.AttachedPolicies),
      permissionsBoundary: boundaryOf(user?.PermissionsBoundary?.PermissionsBoundaryArn),
      ...(itsKeys === undefined ? {} : { keys: itsKeys }),
      ...(profile === undefined ? {} : { hasLoginProfile: profile }),
      ...(others === undefined ? {} : { otherCredentials: others }),
    };
  }

  async #group(GroupName: string): Promise<ObservedGroup | undefined> {
    const read = async (): Promise<ObservedGroup | undefined> => {
      const [attached, listed] = await Promise.all([
        unlessMissing(this.#iam.send(new ListAttachedGroupPoliciesCommand({ GroupName }))),
        unlessMissing(this.#iam.send(new ListGroupPoliciesCommand({ GroupName }))),
      ]);
      if (attached === undefined || listed === undefined) return undefined;
      const inline = await Promise.all(
        (listed.PolicyNames ?? []).map(async (PolicyName) => {
          const command = new GetGroupPolicyCommand({ GroupName, PolicyName });
          const { PolicyDocument } = await this.#iam.send(command);
          return [PolicyName, decoded(PolicyDocument)] as const;
        }),
      );
      return {
        name: GroupName,
        path: "/",
        arn: "",
        inlinePolicies: new Map(inline),
        attachedPolicies: attachedOf(attached.AttachedPolicies),
      };
    };
    return this.#unread.unless("groups", GroupName, read());
  }

  async #policies(attached: readonly AttachedPolicy[]) {
    const byArn = new Map(attached.map((policy) => [policy.arn, policy]));
    const found = await pMap(
      byArn.values(),
      (policy) =>
        this.#unread.unless("managed-policy", policy.arn, unlessMissing(this.#policy(policy))),
      { concurrency: USERS_AT_ONCE },
    );
    return new Map(found.flatMap((policy) => (policy === undefined ? [] : [[policy.arn, policy]])));
  }

  async #policy({ arn, name }: AttachedPolicy): Promise<ObservedManagedPolicy> {
    const { Policy } = await this.#iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const defaultVersion = Policy?.DefaultVersionId ?? "";
    const command = new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: defaultVersion });
    const { PolicyVersion } = await this.#iam.send(command);
    return { arn, name, defaultVersion, document: decoded(PolicyVersion?.Document) };
  }
}
