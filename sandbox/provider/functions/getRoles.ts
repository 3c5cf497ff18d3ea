import { GetRoleCommand, paginateListRoles, type Role } from "@aws-sdk/client-iam";
import { calling } from "../awsErrors";
import type { Context } from "../resourceType";
import type { Properties } from "../values";

/** `aws.iam.getRole`: one role. @throws an error that names the missing role. */
export async function getRole({ clients }: Context, args: Properties): Promise<Properties> {
  const name = String(args["name"]);
  const { Role: found } = await calling(`reading IAM Role (${name})`, "IAM: GetRole", () =>
    clients.iam.send(new GetRoleCommand({ RoleName: name })),
  );
  return {
    ...args,
    id: name,
    arn: found?.Arn ?? "",
    path: found?.Path ?? "",
    uniqueId: found?.RoleId ?? "",
  };
}

/** `aws.iam.getRoles`: lists the roles under a path whose names match a pattern; all of them without both. */
export async function getRoles(
  { clients, settings }: Context,
  args: Properties,
): Promise<Properties> {
  const { pathPrefix: PathPrefix, nameRegex } = args as Record<string, string | undefined>;
  const roles = await calling("reading IAM Roles", "IAM: ListRoles", async () => {
    const found: Role[] = [];
    for await (const { Roles = [] } of paginateListRoles({ client: clients.iam }, { PathPrefix })) {
      found.push(...Roles);
    }
    return found;
  });
  const pattern = nameRegex === undefined ? undefined : new RegExp(nameRegex);
  const matching = roles.filter(({ RoleName = "" }) => pattern?.test(RoleName) ?? true);
  return {
    id: settings.region,
    ...args,
    arns: matching.map(({ Arn }) => Arn ?? ""),
    names: matching.map(({ RoleName }) => RoleName ?? ""),
  };
}
