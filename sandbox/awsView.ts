import { ECRClient, GetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import {
  GetLoginProfileCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";

// The SDK's announcement for the year to come is nothing that a reader of the demo can act on.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** Users that are read at the same time; each takes seven calls, and the SDK has 50 connections. */
const AT_ONCE = 8;

/** One IAM user as AWS has it. */
export interface UserView {
  name: string;
  path: string;
  uniqueId: string;
  arn: string;
  tags: Record<string, string>;
  groups: string[];
  attachedPolicies: string[];
  /** Inline policy name → document. */
  inlinePolicies: Record<string, unknown>;
  /** Access key id → `Active` or `Inactive`. */
  keys: Record<string, string>;
  hasLoginProfile: boolean;
}

/** Where the sandbox's AWS is and whose eyes look at it. */
export interface AwsAccess {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

/**
 * Reads back from AWS's side what a stack has made: the demo and the end-to-end tests judge by
 * this, never by Pulumi's state.
 */
export class AwsView {
  readonly iam: IAMClient;
  readonly ecr: ECRClient;
  readonly #access: AwsAccess;

  constructor(access: AwsAccess) {
    this.#access = access;
    this.iam = new IAMClient(access);
    this.ecr = new ECRClient(access);
  }

  /** All users under `/customers/`, in name order. */
  async users(): Promise<UserView[]> {
    const names: string[] = [];
    let marker: string | undefined;
    do {
      const page = await this.iam.send(
        new ListUsersCommand({ PathPrefix: "/customers/", Marker: marker }),
      );
      names.push(...(page.Users ?? []).map((user) => user.UserName ?? ""));
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker !== undefined);
    const users: UserView[] = [];
    names.sort();
    while (users.length < names.length) {
      const some = names.slice(users.length, users.length + AT_ONCE);
      users.push(...(await Promise.all(some.map((name) => this.user(name)))));
    }
    return users;
  }

  /** @throws NoSuchEntityException when there is no such user. */
  async user(name: string): Promise<UserView> {
    const UserName = name;
    const { User: user } = await this.iam.send(new GetUserCommand({ UserName }));
    const [tags, groups, attached, inline, keys, hasLoginProfile] = await Promise.all([
      this.iam.send(new ListUserTagsCommand({ UserName })),
      this.iam.send(new ListGroupsForUserCommand({ UserName })),
      this.iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
      this.#inlinePolicies(name),
      this.iam.send(new ListAccessKeysCommand({ UserName })),
      this.#hasLoginProfile(name),
    ]);
    return {
      name,
      path: user?.Path ?? "",
      uniqueId: user?.UserId ?? "",
      arn: user?.Arn ?? "",
      tags: Object.fromEntries((tags.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
      groups: (groups.Groups ?? []).map((group) => group.GroupName ?? "").sort(),
      attachedPolicies: (attached.AttachedPolicies ?? []).map((policy) => policy.PolicyName ?? ""),
      inlinePolicies: inline,
      keys: Object.fromEntries(
        (keys.AccessKeyMetadata ?? []).map((key) => [key.AccessKeyId ?? "", key.Status ?? ""]),
      ),
      hasLoginProfile,
    };
  }

  /** The repository's policy as an object; undefined when it has none, or there is no repository. */
  async repositoryPolicy(repository: string, region = this.#access.region): Promise<unknown> {
    try {
      const { policyText } = await this.#ecrIn(region).send(
        new GetRepositoryPolicyCommand({ repositoryName: repository }),
      );
      return JSON.parse(policyText ?? "null");
    } catch (error) {
      if (isNamed(error, "RepositoryPolicyNotFoundException")) return undefined;
      if (isNamed(error, "RepositoryNotFoundException")) return undefined;
      throw error;
    }
  }

  #ecrIn(region: string): ECRClient {
    return region === this.#access.region ? this.ecr : new ECRClient({ ...this.#access, region });
  }

  async #inlinePolicies(name: string): Promise<Record<string, unknown>> {
    const { PolicyNames } = await this.iam.send(new ListUserPoliciesCommand({ UserName: name }));
    const documents = await Promise.all(
      (PolicyNames ?? []).map(async (policyName) => {
        const { PolicyDocument } = await this.iam.send(
          new GetUserPolicyCommand({ UserName: name, PolicyName: policyName }),
        );
        // IAM answers with the document URL-encoded (API GetUserPolicy).
        return [policyName, JSON.parse(decodeURIComponent(PolicyDocument ?? "null"))] as const;
      }),
    );
    return Object.fromEntries(documents);
  }

  async #hasLoginProfile(name: string): Promise<boolean> {
    try {
      await this.iam.send(new GetLoginProfileCommand({ UserName: name }));
      return true;
    } catch (error) {
      if (isNamed(error, "NoSuchEntityException")) return false;
      throw error;
    }
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
