import { paginateListUsers, type User } from "@aws-sdk/client-iam";
import { calling } from "../awsErrors";
import type { Context } from "../resourceType";
import type { Properties } from "../values";

/** `aws.iam.getUsers`: lists the users under a path whose names match a pattern; all of them without both. */
export async function getUsers(
  { clients, settings }: Context,
  args: Properties,
): Promise<Properties> {
  const { pathPrefix: PathPrefix, nameRegex } = args as Record<string, string | undefined>;
  const users = await calling("reading IAM users", "IAM: ListUsers", async () => {
    const found: User[] = [];
    for await (const { Users = [] } of paginateListUsers({ client: clients.iam }, { PathPrefix })) {
      found.push(...Users);
    }
    return found;
  });
  const pattern = nameRegex === undefined ? undefined : new RegExp(nameRegex);
  const matching = users.filter(({ UserName = "" }) => pattern?.test(UserName) ?? true);
  return {
    id: settings.region,
    ...args,
    arns: matching.map(({ Arn }) => Arn ?? ""),
    names: matching.map(({ UserName }) => UserName ?? ""),
  };
}
