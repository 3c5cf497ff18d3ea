import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import type { Catalogue } from "../src/access/model";
import type { AwsAccess } from "./awsView";

/** Creates the repositories that the stack assumes to exist. */
export async function createAssumedRepositories(
  aws: AwsAccess,
  catalogue: Catalogue,
): Promise<string[]> {
  const made: string[] = [];
  for (const [repositoryName, { create, regions }] of catalogue) {
    if (create) continue;
    for (const region of regions) {
      await new ECRClient({ ...aws, region }).send(new CreateRepositoryCommand({ repositoryName }));
    }
    made.push(repositoryName);
  }
  return made;
}
