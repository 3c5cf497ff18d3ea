import type { AwsClient, AwsSettings } from "./client";
import { EMERGENCY_RETRIES } from "./retries";

/** The environment, which may name AWS's endpoint and keys. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Opens the script's own client of AWS, with the credentials of the environment. */
export async function openAws(
  { region }: { region: string },
  { environment }: { environment: Environment },
): Promise<AwsClient> {
  const { AwsClient } = await import("../aws/client.js");
  return new AwsClient(awsSettings(environment, region));
}

/** The same for an emergency, whose caller repeats by itself what fails. */
export async function openAwsForEmergency(
  { region }: { region: string },
  { environment }: { environment: Environment },
): Promise<AwsClient> {
  const { AwsClient } = await import("../aws/client.js");
  return new AwsClient({ ...awsSettings(environment, region), ...EMERGENCY_RETRIES });
}

/**
 * The environment's endpoint and keys, if it has them (the sandbox does); otherwise AWS's SDK uses its
 * default credential chain: profiles, single sign-on, roles.
 */
export function awsSettings(environment: Environment, region: string): AwsSettings {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  const hasKey = accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(hasKey ? { credentials: { accessKeyId, secretAccessKey, sessionToken } } : {}),
  };
}
