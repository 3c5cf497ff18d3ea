import {
  ECRClient,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedGroupPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import pMap from "p-map";
import { serialize } from "../../src/access/serialize";
import type { PolicyDocument } from "../../src/access/model";
import type { Home } from "../../src/access/arns";
import type { ObservedAccount } from "../../src/account/observed";
import { observeAccount, type ObserveRequest } from "./observe";
import type { Removal } from "../../src/account/removal";
import { remove } from "./removals";
import { serviceUses, type ServiceUse } from "./serviceUse";
import { decoded, timeOf } from "./accountDetails";
import { isAsCreated, type Creation } from "./asCreated";
import { observeEnd } from "./observeEnd";
import { unlessMissing } from "./missing";
import { RETRIES, TIMEOUTS } from "./retries";
import { listRoles } from "./roles";
import { accessKeys, listUsers, passwordLastUsed, readUser, userPolicy } from "./users";
import type { AccessKeyView, KeyLastUse, ListedUser, UserView } from "./views";

// The SDK's warning about future Node versions is not something that a reader of our output can act on.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

/** How many users are read at the same time; each takes six calls, and the SDK has 50 connections. */
const CONCURRENCY = 8;

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Without endpoint and credentials, the SDK uses AWS's endpoints and its default credential chain. */
export interface AwsSettings {
  region: string;
  endpoint?: string;
  /** Of the AWS configuration files; counts without `credentials`. */
  profile?: string;
  credentials?: Credentials | (() => Promise<Credentials>);
  /** How often a call is made at most; as in `RETRIES` without it. */
  maxAttempts?: number;
}

/**
 * The script's own calls to AWS, for what Pulumi's state cannot know: what AWS holds now, whether keys
 * are used, and emergencies. Only this room uses AWS's SDK.
 */
export class AwsClient {
  /** Those of all clients of AWS's services. */
  protected readonly settings: AwsSettings & typeof TIMEOUTS;
  readonly #iam: IAMClient;
  /** ECR is regional. */
  readonly #ecr = new Map<string, ECRClient>();

  constructor(settings: AwsSettings) {
    this.settings = { ...TIMEOUTS, ...RETRIES, ...settings };
    // Of a thousand users, a thousand calls of the same kind are made: the SDK prepares each kind once.
    this.#iam = new IAMClient({ ...this.settings, cacheMiddleware: true });
  }

  /** The account that the credentials belong to, 12 digits. */
  async account(): Promise<string> {
    const { Account } = await new STSClient(this.settings).send(new GetCallerIdentityCommand({}));
    return Account ?? "";
  }

  /** Reads what AWS holds, for the comparison with the files. What the caller may not read is in `unread`. */
  async observe(request: ObserveRequest): Promise<ObservedAccount> {
    return observeAccount(this.#clients(), request);
  }

  /** Reads whether one user's access has ended, by as few calls as that takes. */
  async observeEnd(home: Home, user: string): Promise<ObservedAccount> {
    return observeEnd(this.#iam, home, user);
  }

  /** Whether AWS holds a resource exactly as this creation leaves it. */
  async isAsCreated(creation: Creation): Promise<boolean> {
    return isAsCreated(this.#clients(), creation);
  }

  /** Which services and actions a user has used. */
  async serviceUses(arn: string): Promise<ServiceUse[]> {
    return serviceUses(this.#iam, arn);
  }

  /** All users under `/customers/`, in name order. One call for each thousand (IAM API, ListUsers). */
  async listUsers(): Promise<ListedUser[]> {
    return listUsers(this.#iam);
  }

  /** All roles under `/customers/`, in name order, without what is attached to them. */
  async listRoles(): Promise<ListedUser[]> {
    return listRoles(this.#iam);
  }

  /**
   * These users with everything attached to them, in the order of `names`; without `names` all users under
   * `/customers/`. Users that do not exist are left out.
   */
  async users(names?: readonly string[]): Promise<UserView[]> {
    const wanted = names ?? (await this.listUsers()).map(({ name }) => name);
    const views = await pMap(wanted, (name) => unlessMissing(readUser(this.#iam, name)), {
      concurrency: CONCURRENCY,
    });
    return views.filter((view) => view !== undefined);
  }

  /**
   * One user with everything attached to it.
   *
   * @throws NoSuchEntityException when there is no such user.
   */
  async user(name: string): Promise<UserView> {
    return readUser(this.#iam, name);
  }

  /** A user's access keys, active and inactive, oldest first; none for a user that does not exist. */
  async accessKeys(user: string): Promise<AccessKeyView[]> {
    return accessKeys(this.#iam, user);
  }

  /** One inline policy of a user; undefined when it has no such policy, or there is no such user. */
  async userPolicy(user: string, policy: string): Promise<unknown> {
    return userPolicy(this.#iam, user, policy);
  }

  /** When a user last signed in to the console with its password; null: never, as far as AWS knows. */
  passwordLastUsed(user: string): Promise<string | null> {
    return passwordLastUsed(this.#iam, user);
  }

  async keyLastUse(AccessKeyId: string): Promise<KeyLastUse> {
    const answer = await this.#iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    const { LastUsedDate, ServiceName = "", Region = "" } = answer.AccessKeyLastUsed ?? {};
    return { ...(LastUsedDate && { at: LastUsedDate }), service: ServiceName, region: Region };
  }

  async setKeyStatus(UserName: string, AccessKeyId: string, Status: "Active" | "Inactive") {
    await this.#iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
  }

  async deleteAccessKey(UserName: string, AccessKeyId: string): Promise<void> {
    await this.#iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  }

  async putUserPolicy(UserName: string, PolicyName: string, policy: PolicyDocument) {
    const PolicyDocument = serialize(policy);
    await this.#iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  }

  async putRolePolicy(RoleName: string, PolicyName: string, policy: PolicyDocument) {
    const PolicyDocument = serialize(policy);
    await this.#iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  }

  /** One inline policy of a role; undefined when it has no such policy, or there is no such role. */
  async rolePolicy(RoleName: string, PolicyName: string): Promise<unknown> {
    const command = new GetRolePolicyCommand({ RoleName, PolicyName });
    const answer = await unlessMissing(this.#iam.send(command));
    return answer && decoded(answer.PolicyDocument).document;
  }

  /** When a role was used last, in the last 400 days (IAM API, `RoleLastUsed`); undefined: never. */
  async roleLastUse(RoleName: string): Promise<string | undefined> {
    const answer = await unlessMissing(this.#iam.send(new GetRoleCommand({ RoleName })));
    const at = answer?.Role?.RoleLastUsed?.LastUsedDate;
    return at && timeOf(at);
  }

  /** Takes from a customer's user what no file gives it. */
  async remove(removal: Removal): Promise<void> {
    await remove(this.#iam, removal);
  }

  /** The repository's policy as an object; undefined when it has none, or there is no repository. */
  async repositoryPolicy(repository: string, region = this.settings.region): Promise<unknown> {
    const command = new GetRepositoryPolicyCommand({ repositoryName: repository });
    const answer = await unlessMissing(this.#ecrIn(region).send(command));
    return answer === undefined ? undefined : JSON.parse(answer.policyText ?? "null");
  }

  /** Replaces the repository's whole policy. @throws InvalidParameterException for a principal that does not exist. */
  async setRepositoryPolicy(
    repository: string,
    policy: PolicyDocument,
    region = this.settings.region,
  ): Promise<void> {
    const command = new SetRepositoryPolicyCommand({
      repositoryName: repository,
      policyText: serialize(policy),
    });
    await this.#ecrIn(region).send(command);
  }

  /** Names of the managed policies of a group; undefined when there is no such group. */
  async groupPolicies(GroupName: string): Promise<string[] | undefined> {
    const command = new ListAttachedGroupPoliciesCommand({ GroupName });
    const answer = await unlessMissing(this.#iam.send(command));
    return answer?.AttachedPolicies?.map(({ PolicyName = "" }) => PolicyName);
  }

  #clients() {
    return { iam: this.#iam, ecr: (region: string) => this.#ecrIn(region) };
  }

  #ecrIn(region: string): ECRClient {
    const client = this.#ecr.get(region) ?? new ECRClient({ ...this.settings, region });
    this.#ecr.set(region, client);
    return client;
  }
}
