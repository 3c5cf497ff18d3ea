import { GetUserCommand } from "@aws-sdk/client-iam";
import { calling } from "../awsErrors";
import type { Context } from "../resourceType";
import { fromApi } from "../tags";
import type { Properties } from "../values";

/** `aws.iam.getUser`: looks a user up by name. @throws OperationError when there is none. */
export async function getUser({ clients }: Context, args: Properties): Promise<Properties> {
  const name = String(args.userName);
  const { User } = await calling(`reading IAM User (${name})`, "IAM: GetUser", () =>
    clients.iam.send(new GetUserCommand({ UserName: name })),
  );
  return {
    id: User?.UserId,
    userName: name,
    userId: User?.UserId,
    arn: User?.Arn,
    path: User?.Path,
    permissionsBoundary: User?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
    tags: fromApi(User?.Tags) ?? {},
  };
}
