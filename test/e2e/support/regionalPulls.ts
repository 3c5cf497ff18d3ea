import { BatchGetImageCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { expect } from "chai";
import { customerKeys } from "../../../sandbox/ociClient";
import type { Running } from "./withSandbox";

/** In which of the regions a customer may pull an image: where AWS lets it ask for one, signed with its key. */
export async function regionsOfPulls(
  { sandbox }: Running,
  customer: string,
  { regions, repositoryName }: { regions: readonly string[]; repositoryName: string },
): Promise<string[]> {
  const [credentials] = await customerKeys(sandbox, customer);
  const found: string[] = [];
  for (const region of regions) {
    const { endpoint } = sandbox.aws;
    const ecr = new ECRClient({ endpoint, region, credentials, maxAttempts: 1 });
    await ecr.send(new GetAuthorizationTokenCommand({}));
    const imageIds = [{ imageTag: "1.0" }];
    const asked = ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
    await asked.then(
      () => found.push(region),
      (error: Error) => expect(error.name).to.equal("AccessDeniedException"),
    );
    ecr.destroy();
  }
  return found;
}
