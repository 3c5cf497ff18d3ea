import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { calling } from "./awsErrors";

/** A role of the input `assumeRoles`. */
export interface AssumedRole {
  roleArn: string;
  sessionName?: string;
  externalId?: string;
}

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What the roles are assumed with, and what they replace. */
interface Session {
  region: string;
  endpoint: string;
  credentials?: Credentials;
  profile?: string;
  assumedRoles: readonly AssumedRole[];
}

const KEYS: ReadonlySet<string> = new Set(["roleArn", "sessionName", "externalId"]);
const DEFAULT_SESSION = "sandbox";

/**
 * Reads the input, which the SDK sends JSON-encoded.
 *
 * @throws Error when a role has another setting, which would be ignored, or no ARN.
 */
export function assumedRoles(value: unknown): AssumedRole[] {
  const list: unknown = typeof value === "string" && value !== "" ? JSON.parse(value) : value;
  if (!Array.isArray(list)) return [];
  return list.map((one: unknown) => {
    const role = one as Record<string, string>;
    const unknown = Object.keys(role).find((key) => !KEYS.has(key));
    if (unknown !== undefined) {
      throw new Error(`assumeRoles: ${unknown} is not supported by the sandbox's AWS provider`);
    }
    const { roleArn, sessionName, externalId } = role;
    if (roleArn === undefined) throw new Error("assumeRoles: a role has no roleArn");
    return {
      roleArn,
      ...(sessionName !== undefined && { sessionName }),
      ...(externalId !== undefined && { externalId }),
    };
  });
}

/**
 * The settings with credentials: the environment's or the profile's, or those of the last role, each assumed with those of
 * the one before it.
 *
 * @throws Error when the configuration files have no such profile.
 * @throws OperationError with what STS answers, when a role may not be assumed.
 */
export async function withAssumedRoles<S extends Session>(
  settings: S,
): Promise<S & { credentials: Credentials }> {
  const { endpoint, region, profile } = settings;
  let credentials = settings.credentials ?? (await profileCredentials(region, profile));
  for (const { roleArn, sessionName = DEFAULT_SESSION, externalId } of settings.assumedRoles) {
    const client = new STSClient({ endpoint, region, credentials });
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      ...(externalId !== undefined && { ExternalId: externalId }),
    });
    const { Credentials: given } = await calling(`assuming ${roleArn}`, "STS: AssumeRole", () =>
      client.send(command),
    ).finally(() => client.destroy());
    credentials = {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken,
    };
  }
  return { ...settings, credentials };
}

/** @throws Error in the words of the real provider, which `doctor` and the script explain. */
async function profileCredentials(region: string, profile = ""): Promise<Credentials> {
  const client = new STSClient({ region, profile });
  try {
    return await client.config.credentials();
  } catch (error) {
    throw new Error(`failed to get shared config profile, ${profile}`, { cause: error });
  } finally {
    client.destroy();
  }
}
