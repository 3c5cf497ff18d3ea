import type { STSClientConfig } from "@aws-sdk/client-sts";
import type { AssumedRole } from "../config";

/** Name of a session that the settings give no name, as CloudTrail shows it. */
export const SESSION_NAME = "ecr-customers";

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/**
 * Credentials of the last of `roles`, each assumed with those of the one before it, as the AWS provider does
 * with `assumeRoles`.
 *
 * @param settings - region, endpoint and credentials of the first call.
 * @returns a provider of credentials, which a client of AWS's SDK calls first and before they expire.
 * @throws (when called) what STS answers, if a role may not be assumed.
 */
export function roleCredentials(
  roles: readonly AssumedRole[],
  settings: STSClientConfig,
): () => Promise<Credentials> {
  return () => assumeAll(roles, settings);
}

async function assumeAll(
  roles: readonly AssumedRole[],
  settings: STSClientConfig,
): Promise<Credentials> {
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  let credentials: Credentials | undefined;
  for (const { roleArn, externalId, sessionName = SESSION_NAME } of roles) {
    const client = new STSClient({ ...settings, ...(credentials && { credentials }) });
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    });
    const { Credentials: given } = await client.send(command).finally(() => {
      client.destroy();
    });
    credentials = {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken,
      expiration: given?.Expiration,
    };
  }
  if (credentials === undefined) throw new Error("no role to assume");
  return credentials;
}
