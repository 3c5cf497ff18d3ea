import {
  DescribeRepositoriesCommand,
  ECRClient,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  GetLoginProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
  ListUsersCommand,
  type User,
} from "@aws-sdk/client-iam";

/** A user or a role as far as the front needs it. */
export interface KnownPrincipal {
  name: string;
  arn: string;
  /** The unique id, `AIDA…` or `AROA…`. */
  id: string;
}

/** Calls that the front itself makes to the emulator, signed as the account's administrator. */
export class Administrator {
  readonly #options: {
    endpoint: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  readonly #iam: IAMClient;
  readonly #ecr = new Map<string, ECRClient>();

  constructor(endpoint: string, credentials: { accessKeyId: string; secretAccessKey: string }) {
    this.#options = { endpoint, credentials, maxAttempts: 1 };
    this.#iam = new IAMClient({ ...this.#options, region: "us-east-1" });
  }

  async users(): Promise<KnownPrincipal[]> {
    const users: KnownPrincipal[] = [];
    let Marker: string | undefined;
    do {
      const page = await this.#iam.send(new ListUsersCommand({ Marker }));
      users.push(...(page.Users ?? []).map(knownUser));
      Marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (Marker !== undefined);
    return users;
  }

  async user(UserName: string): Promise<KnownPrincipal | undefined> {
    const answer = await unlessMissing(this.#iam.send(new GetUserCommand({ UserName })));
    return answer?.User === undefined ? undefined : knownUser(answer.User);
  }

  async role(RoleName: string): Promise<KnownPrincipal | undefined> {
    const answer = await unlessMissing(this.#iam.send(new GetRoleCommand({ RoleName })));
    if (answer?.Role === undefined) return undefined;
    const { RoleName: name = "", Arn: arn = "", RoleId: id = "" } = answer.Role;
    return { name, arn, id };
  }

  /** The audiences of an OIDC provider; undefined when the account has no such provider. */
  async audiencesOf(OpenIDConnectProviderArn: string): Promise<string[] | undefined> {
    const command = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn });
    const found = await unlessMissing(this.#iam.send(command));
    return found === undefined ? undefined : (found.ClientIDList ?? []);
  }

  /** The most recently generated report, as CSV. */
  async credentialReport(): Promise<string> {
    const { Content } = await this.#iam.send(new GetCredentialReportCommand({}));
    return Buffer.from(Content ?? []).toString("utf8");
  }

  async accessKeys(UserName: string): Promise<string[]> {
    const answer = await this.#iam.send(new ListAccessKeysCommand({ UserName }));
    return (answer.AccessKeyMetadata ?? []).map((key) => key.AccessKeyId ?? "");
  }

  /** Undefined for a key that belongs to no user, such as the administrator's own. */
  async ownerOfKey(AccessKeyId: string): Promise<string | undefined> {
    const command = new GetAccessKeyLastUsedCommand({ AccessKeyId });
    const answer = await this.#iam.send(command).catch(() => undefined);
    return answer?.UserName;
  }

  async groups(UserName: string): Promise<string[]> {
    const command = new ListGroupsForUserCommand({ UserName });
    const answer = await unlessMissing(this.#iam.send(command));
    return (answer?.Groups ?? []).map((group) => group.GroupName ?? "");
  }

  async attachedPolicies(UserName: string): Promise<string[]> {
    const command = new ListAttachedUserPoliciesCommand({ UserName });
    const answer = await unlessMissing(this.#iam.send(command));
    return (answer?.AttachedPolicies ?? []).map((policy) => policy.PolicyArn ?? "");
  }

  async tagKeys(UserName: string): Promise<string[]> {
    const answer = await unlessMissing(this.#iam.send(new ListUserTagsCommand({ UserName })));
    return (answer?.Tags ?? []).map((tag) => tag.Key ?? "");
  }

  /** Names of the user's inline policies. */
  async inlinePolicies(UserName: string): Promise<string[]> {
    const answer = await unlessMissing(this.#iam.send(new ListUserPoliciesCommand({ UserName })));
    return answer?.PolicyNames ?? [];
  }

  /** An inline policy's text; empty when there is none. */
  async inlinePolicy(UserName: string, PolicyName: string): Promise<string> {
    const command = new GetUserPolicyCommand({ UserName, PolicyName });
    const answer = await unlessMissing(this.#iam.send(command));
    return decodeURIComponent(answer?.PolicyDocument ?? "");
  }

  async hasLoginProfile(UserName: string): Promise<boolean> {
    const command = new GetLoginProfileCommand({ UserName });
    return (await unlessMissing(this.#iam.send(command))) !== undefined;
  }

  async repositories(region: string): Promise<string[]> {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#ecrIn(region).send(new DescribeRepositoriesCommand({ nextToken }));
      names.push(...(page.repositories ?? []).map((entry) => entry.repositoryName ?? ""));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  }

  async repositoryPolicy(region: string, repositoryName: string): Promise<string | undefined> {
    const command = new GetRepositoryPolicyCommand({ repositoryName });
    return (await unlessMissing(this.#ecrIn(region).send(command)))?.policyText;
  }

  async setRepositoryPolicy(region: string, repositoryName: string, policyText: string) {
    const command = new SetRepositoryPolicyCommand({ repositoryName, policyText });
    await this.#ecrIn(region).send(command);
  }

  close(): void {
    this.#iam.destroy();
    for (const client of this.#ecr.values()) client.destroy();
  }

  #ecrIn(region: string): ECRClient {
    const known = this.#ecr.get(region);
    if (known !== undefined) return known;
    const client = new ECRClient({ ...this.#options, region });
    this.#ecr.set(region, client);
    return client;
  }
}

const MISSING = new Set([
  "NoSuchEntityException",
  "RepositoryNotFoundException",
  "RepositoryPolicyNotFoundException",
]);

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && MISSING.has(error.name)) return undefined;
    throw error;
  }
}

function knownUser(user: User): KnownPrincipal {
  return { name: user.UserName ?? "", arn: user.Arn ?? "", id: user.UserId ?? "" };
}
