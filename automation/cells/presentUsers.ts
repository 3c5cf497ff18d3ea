import { hasRole } from "../../src/customers/identity";
import { roleArn, userArn } from "../../src/access/arns";
import { roleKey } from "../../src/access/roleContent";
import type { PresentUser } from "../../src/stack/repositoryAccess";
import type { StackInput } from "../../src/project";
import type { AwsClient } from "../aws/client";

/**
 * The customers' users and roles that AWS has now, whichever stack created them, as `KnownUsers` names them. Roles are
 * listed only where a customer has one.
 */
export async function presentUsers(
  aws: AwsClient,
  { config, customers }: Pick<StackInput, "config" | "customers">,
): Promise<Map<string, PresentUser>> {
  const [users, roles] = await Promise.all([
    aws.listUsers(),
    customers.some(hasRole) ? aws.listRoles() : [],
  ]);
  return new Map([
    ...users.map(({ name, uniqueId }) => [name, { arn: userArn(config, name), uniqueId }] as const),
    ...roles.map(
      ({ name, uniqueId }) => [roleKey(name), { arn: roleArn(config, name), uniqueId }] as const,
    ),
  ]);
}
