import type { StackConfig } from "../../src/config";
import { roleCredentials } from "../../src/stack/assumedRole";
import type { AwsClient, AwsSettings } from "./client";
import { EMERGENCY_RETRIES } from "./retries";

/** The environment, which may name AWS's endpoint and keys. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where and as whom AWS is called. */
export type AwsTarget = Pick<StackConfig, "region" | "identity">;

/** Opens the script's own client of AWS, with the settings' identity and the credentials of the environment. */
export async function openAws(
  config: AwsTarget,
  { environment }: { environment: Environment },
): Promise<AwsClient> {
  const { AwsClient } = await import("../aws/client.js");
  return new AwsClient(awsSettings(environment, config));
}

/** The same for an emergency, whose caller repeats by itself what fails. */
export async function openAwsForEmergency(
  config: AwsTarget,
  { environment }: { environment: Environment },
): Promise<AwsClient> {
  const { AwsClient } = await import("../aws/client.js");
  return new AwsClient({ ...awsSettings(environment, config), ...EMERGENCY_RETRIES });
}

/**
 * The environment's endpoint and keys, if it has them (the sandbox does); otherwise AWS's SDK uses its
 * default credential chain: profiles, single sign-on, roles. A profile in the settings takes the place of the
 * environment's keys, and roles are assumed from either, as the AWS provider does.
 */
export function awsSettings(
  environment: Environment,
  { region, identity = {} }: AwsTarget,
): AwsSettings {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  const { profile, assumeRoles } = identity;
  const hasKey =
    profile === undefined && accessKeyId !== undefined && secretAccessKey !== undefined;
  const first = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(hasKey ? { credentials: { accessKeyId, secretAccessKey, sessionToken } } : {}),
  };
  if (assumeRoles === undefined) return first;
  return { ...first, credentials: roleCredentials(assumeRoles, first) };
}
