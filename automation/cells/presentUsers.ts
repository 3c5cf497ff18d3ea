import { userArn, type Home } from "../../src/access/arns";
import type { PresentUser } from "../../src/stack/repositoryAccess";
import type { AwsClient } from "../aws/client";

/** The customers' users that AWS has now, whichever stack created them: IAM user name → user. */
export async function presentUsers(aws: AwsClient, home: Home): Promise<Map<string, PresentUser>> {
  const listed = await aws.listUsers();
  return new Map(
    listed.map(({ name, uniqueId }) => [name, { arn: userArn(home, name), uniqueId }]),
  );
}
