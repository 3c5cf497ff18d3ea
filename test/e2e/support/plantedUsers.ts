import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import type { CustomerKey } from "./customerKey";
import type { Running } from "./withSandbox";

/** A user that someone created by hand, before it had a customer file. */
export interface PlantedUser {
  name: string;
  arn: string;
  uniqueId: string;
  keys: CustomerKey[];
}

/** What a user is created with. */
export interface UserToPlant {
  name: string;
  path?: string;
  /** How many access keys; one of two is inactive with `secondInactive`. */
  keys?: number;
  secondInactive?: boolean;
  /** Allows every pull by an inline policy. */
  inlinePull?: boolean;
  readOnly?: boolean;
  group?: string;
}

/** Actions that a customer pulls with. */
export const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** Creates a group with an inline policy that allows the login. */
export async function plantGroup({ sandbox }: Running, GroupName: string): Promise<void> {
  await sandbox.view.iam.send(new CreateGroupCommand({ GroupName }));
}

/** Creates a user as an administrator would: path, keys, policies, group. Every user may log in. */
export async function plantUser({ sandbox }: Running, user: UserToPlant): Promise<PlantedUser> {
  const { iam } = sandbox.view;
  const { name: UserName, path: Path = "/", keys = 1 } = user;
  const { User } = await iam.send(new CreateUserCommand({ UserName, Path }));
  const made: CustomerKey[] = [];
  for (let number = 0; number < keys; number++) {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } =
      AccessKey ?? {};
    made.push({ accessKeyId, secretAccessKey });
  }
  if (user.secondInactive === true) {
    const AccessKeyId = made[1]?.accessKeyId;
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
  }
  const Statement = [
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    ...(user.inlinePull === true ? [{ Effect: "Allow", Action: PULL, Resource: "*" }] : []),
  ];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "pull", PolicyDocument }));
  if (user.readOnly === true) {
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly";
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  }
  if (user.group !== undefined) {
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: user.group }));
  }
  return { name: UserName, arn: User?.Arn ?? "", uniqueId: User?.UserId ?? "", keys: made };
}

/** The customer file of a planted user, as `adopt --write` writes it. */
export function adoptedFile(
  { name, uniqueId, keys }: PlantedUser,
  repositories: readonly string[],
): string {
  const statuses = keys.map((_, at) => `${at + 1}: active`).join(", ");
  const ids = keys.map(({ accessKeyId }, at) => `${at + 1}: ${accessKeyId}`).join(", ");
  return [
    `name: ${JSON.stringify(name)}`,
    `repositories: [${repositories.join(", ")}]`,
    ...(keys.length === 0 ? [] : [`keys: { ${statuses} }`]),
    `userName: ${JSON.stringify(name)}`,
    `adopted: { user: ${uniqueId}${keys.length === 0 ? "" : `, keys: { ${ids} }`} }`,
    "",
  ].join("\n");
}
