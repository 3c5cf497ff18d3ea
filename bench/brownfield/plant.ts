import {
  CreateRepositoryCommand,
  ECRClient,
  PutRegistryPolicyCommand,
  RepositoryAlreadyExistsException,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import * as aws from "@aws-sdk/client-iam";
import pMap from "p-map";
import type { AwsAccess } from "../../sandbox/awsView";
import type { BrownField, BrownUser } from "./account";

const AT_ONCE = 16;

/** A user's key as AWS returned it: a test pulls with it. No key leaves the sandbox. */
export interface PlantedKey {
  user: string;
  accessKeyId: string;
  secretAccessKey: string;
  status: "Active" | "Inactive";
}

/**
 * Makes a brown field's account in the sandbox, by the calls that people would have made. Its repositories may exist.
 *
 * @returns the keys of its users, oldest first for each.
 */
export async function plantField(field: BrownField, access: AwsAccess): Promise<PlantedKey[]> {
  const iam = new aws.IAMClient(access);
  await shared(iam, field);
  const keys = await pMap(field.users, (user) => plantUser(iam, field, user), {
    concurrency: AT_ONCE,
  });
  for (const UserName of field.deleted) await iam.send(new aws.CreateUserCommand({ UserName }));
  await repositories(field, access);
  for (const UserName of field.deleted) await iam.send(new aws.DeleteUserCommand({ UserName }));
  return keys.flat();
}

async function shared(iam: aws.IAMClient, field: BrownField): Promise<void> {
  const { account, managed, groups, roles } = field;
  for (const [PolicyName, document] of Object.entries(managed)) {
    const PolicyDocument = JSON.stringify(document);
    await iam.send(new aws.CreatePolicyCommand({ PolicyName, PolicyDocument }));
  }
  for (const { name: GroupName, inline, attached } of groups) {
    await iam.send(new aws.CreateGroupCommand({ GroupName }));
    for (const [PolicyName, document] of Object.entries(inline)) {
      const PolicyDocument = JSON.stringify(document);
      await iam.send(new aws.PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }));
    }
    for (const name of attached) {
      const PolicyArn = policyArn(account, name);
      await iam.send(new aws.AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    }
  }
  for (const { name: RoleName, path: Path, trust, inline } of roles) {
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    await iam.send(new aws.CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }));
    for (const [PolicyName, document] of Object.entries(inline)) {
      const PolicyDocument = JSON.stringify(document);
      await iam.send(new aws.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    }
  }
}

async function plantUser(
  iam: aws.IAMClient,
  field: BrownField,
  user: BrownUser,
): Promise<PlantedKey[]> {
  const { name: UserName, path: Path, tags, groups, inline, attached, boundary } = user;
  const { account } = field;
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const PermissionsBoundary = boundary && policyArn(account, boundary);
  const asked = { UserName, Path, Tags, ...(PermissionsBoundary && { PermissionsBoundary }) };
  await iam.send(new aws.CreateUserCommand(asked));
  for (const GroupName of groups) {
    await iam.send(new aws.AddUserToGroupCommand({ UserName, GroupName }));
  }
  for (const [PolicyName, document] of Object.entries(inline)) {
    const PolicyDocument = JSON.stringify(document);
    await iam.send(new aws.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  }
  for (const name of attached) {
    const PolicyArn = policyArn(account, name);
    await iam.send(new aws.AttachUserPolicyCommand({ UserName, PolicyArn }));
  }
  if (user.console) {
    const Password = `Initial-${field.seed}-password`;
    await iam.send(new aws.CreateLoginProfileCommand({ UserName, Password }));
  }
  const keys: PlantedKey[] = [];
  for (const status of user.keys) {
    const { AccessKey } = await iam.send(new aws.CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } =
      AccessKey ?? {};
    keys.push({ user: UserName, accessKeyId, secretAccessKey, status });
    if (status === "Inactive") {
      const AccessKeyId = accessKeyId;
      await iam.send(new aws.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: status }));
    }
  }
  return keys;
}

async function repositories(field: BrownField, access: AwsAccess): Promise<void> {
  const { catalogue, policies, registries } = field;
  const clients = new Map<string, ECRClient>();
  const ecr = (region: string) => {
    const client = clients.get(region) ?? new ECRClient({ ...access, region });
    clients.set(region, client);
    return client;
  };
  for (const [repositoryName, regions] of catalogue) {
    for (const region of regions) {
      try {
        await ecr(region).send(new CreateRepositoryCommand({ repositoryName }));
      } catch (error) {
        if (!(error instanceof RepositoryAlreadyExistsException)) throw error;
      }
    }
  }
  for (const { repository: repositoryName, region, document } of policies) {
    const policyText = JSON.stringify(document);
    await ecr(region).send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
  }
  for (const [region, document] of Object.entries(registries)) {
    await ecr(region).send(new PutRegistryPolicyCommand({ policyText: JSON.stringify(document) }));
  }
}

function policyArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:policy/${name}`;
}
