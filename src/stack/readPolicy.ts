import type { GetRepositoryPolicyCommandOutput } from "@aws-sdk/client-ecr";
import type { StackConfig } from "../config";
import { roleCredentials } from "./assumedRole";
import type { ReadPolicy } from "./undeclaredStatements";

/**
 * Reads repositories' policies with the credentials and the endpoint of the environment, or as the settings
 * say, as the AWS provider does. By AWS's SDK, because the provider's functions know no repository policy; it is loaded only here.
 */
export function environmentReader({ identity = {} }: Pick<StackConfig, "identity">): ReadPolicy {
  return async (repositoryName, region) => {
    // Which Node versions later releases of the SDK will need is nothing that this run can act on.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
    const { ECRClient, GetRepositoryPolicyCommand } = await import("@aws-sdk/client-ecr");
    const { profile, assumeRoles } = identity;
    const first = { region, ...(profile === undefined ? {} : { profile }) };
    const client = new ECRClient({
      ...first,
      ...(assumeRoles && { credentials: roleCredentials(assumeRoles, first) }),
    });
    try {
      const command = new GetRepositoryPolicyCommand({ repositoryName });
      const { policyText }: GetRepositoryPolicyCommandOutput = await client.send(command);
      return JSON.parse(policyText ?? "null") as unknown;
    } catch (error) {
      if (error instanceof Error && MISSING.has(error.name)) return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  };
}

const MISSING = new Set(["RepositoryPolicyNotFoundException", "RepositoryNotFoundException"]);
