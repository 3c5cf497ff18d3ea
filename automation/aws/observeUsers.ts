import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import pMap from "p-map";
import type {
  AttachedPolicy,
  ObservedGroup,
  ObservedManagedPolicy,
  ObservedUser,
} from "../../src/account/observed";
import { attachedOf, boundaryOf, decoded, tagsOf, type AccountDetails } from "./accountDetails";
import { inlineOfUser } from "./inlinePolicies";
import { KEYS_AT_ONCE, observedKeys, type KeyOptions } from "./observeKeys";
import { observedRoles } from "./observeRoles";
import { otherCredentials } from "./otherCredentials";
import { unlessMissing } from "./missing";
import type { NoteUnread } from "./noteUnread";
import { hasLoginProfile } from "./users";

/** Users that are read at the same time; each takes one to six calls, and the SDK keeps 50 connections. */
const USERS_AT_ONCE = 8;

export interface UserOptions extends KeyOptions {
  /**
   * Also read keys and passwords, and with `all` MFA devices and other credentials. Without it they are
   * read for all users at once.
   */
  credentials?: "keys-and-passwords" | "all";
}

/** Reads single users with everything attached to them, by the calls that a narrow role may make. */
export class UserReader {
  readonly #iam: IAMClient;
  readonly #unread: NoteUnread;
  readonly #options: UserOptions;
  /** Managed policies that were asked for, by their ARNs. */
  readonly #asked = new Map<string, Promise<ObservedManagedPolicy | undefined>>();

  constructor(iam: IAMClient, unread: NoteUnread, options: UserOptions = {}) {
    this.#iam = iam;
    this.#unread = unread;
    this.#options = options;
  }

  /** Names of all users whose path begins so. */
  async names(path: string): Promise<string[]> {
    const names: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await this.#iam.send(
        new ListUsersCommand({ PathPrefix: path, MaxItems: 1000, Marker }),
      );
      names.push(...(page.Users ?? []).map(({ UserName = "" }) => UserName));
      Marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (Marker !== undefined);
    return names;
  }

  /**
   * Users, their groups and the stack's, roles, and the managed policies attached to them.
   *
   * @param expected - policies that are attached as a rule: they are read without waiting for what names them.
   */
  async read(
    names: readonly string[],
    group: string,
    expected: readonly AttachedPolicy[] = [],
    roleNames: readonly string[] = [],
  ): Promise<AccountDetails> {
    // What fails is thrown where it is awaited.
    for (const policy of expected) this.#managed(policy).catch(() => {});
    const [found, own, roles] = await Promise.all([
      pMap(names, (name) => this.#unread.unless("user", name, unlessMissing(this.#user(name))), {
        concurrency: USERS_AT_ONCE,
      }),
      this.#group(group),
      observedRoles(this.#iam, roleNames, this.#unread),
    ]);
    const users = found.filter((user) => user !== undefined);
    const others = new Set(users.flatMap(({ groups = [] }) => groups));
    others.delete(group);
    const groups = [own, ...(await pMap([...others], (name) => this.#group(name)))].filter(
      (one) => one !== undefined,
    );
    const attached = [...users, ...groups, ...roles].flatMap(
      ({ attachedPolicies = [] }) => attachedPolicies,
    );
    const boundaries = [...users, ...roles].flatMap(
      ({ permissionsBoundary }) => permissionsBoundary ?? [],
    );
    return {
      users,
      groups,
      roles,
      managedPolicies: await this.#policies([...attached, ...boundaries]),
    };
  }

  /** Users whose policies are known already, completed with their keys, passwords and other credentials. */
  withCredentials(users: readonly ObservedUser[]): Promise<ObservedUser[]> {
    const read = async (user: ObservedUser) => ({
      ...user,
      ...(await this.#credentials(user.name)),
    });
    return pMap(users, read, { concurrency: KEYS_AT_ONCE });
  }

  async #user(name: string): Promise<ObservedUser> {
    const UserName = name;
    const iam = this.#iam;
    const [got, groups, attached, inline, credentials] = await Promise.all([
      iam.send(new GetUserCommand({ UserName })),
      iam.send(new ListGroupsForUserCommand({ UserName })),
      iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
      inlineOfUser(iam, UserName),
      this.#credentials(name),
    ]);
    const { User: user } = got;
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
      ...credentials,
    };
  }

  /** What the options ask for; a part that may not be read is left out, and noted. */
  async #credentials(name: string): Promise<Partial<ObservedUser>> {
    const { credentials } = this.#options;
    if (credentials === undefined) return {};
    const [keys, profile, others] = await Promise.all([
      observedKeys(this.#iam, [name], this.#options, this.#unread),
      this.#unread.unless("credentials", name, hasLoginProfile(this.#iam, name)),
      credentials === "all" ? otherCredentials(this.#iam, name, this.#unread) : undefined,
    ]);
    const itsKeys = keys.get(name);
    return {
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
    const found = await pMap(byArn.values(), (policy) => this.#managed(policy), {
      concurrency: USERS_AT_ONCE,
    });
    return new Map(found.flatMap((policy) => (policy === undefined ? [] : [[policy.arn, policy]])));
  }

  /** Reads a policy once; undefined when it does not exist or may not be read, which is then noted. */
  #managed(policy: AttachedPolicy): Promise<ObservedManagedPolicy | undefined> {
    const { arn } = policy;
    const asked =
      this.#asked.get(arn) ??
      this.#unread.unless("managed-policy", arn, unlessMissing(this.#policy(policy)));
    this.#asked.set(arn, asked);
    return asked;
  }

  async #policy({ arn, name }: AttachedPolicy): Promise<ObservedManagedPolicy> {
    const { Policy } = await this.#iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const defaultVersion = Policy?.DefaultVersionId ?? "";
    const command = new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: defaultVersion });
    const { PolicyVersion } = await this.#iam.send(command);
    return { arn, name, defaultVersion, document: decoded(PolicyVersion?.Document) };
  }
}
