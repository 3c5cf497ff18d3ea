import { assumedRoles, type AssumedRole } from "./assumedRoles";
import type { Properties } from "./values";

/** What the provider was configured with, from its inputs and from the environment. */
export interface ProviderSettings {
  region: string;
  /** Accounts that may be changed; empty for any. */
  allowedAccountIds: readonly string[];
  endpoint: string;
  /** Missing with a profile, whose credentials take their place. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Of the AWS configuration files. */
  profile?: string;
  /** Roles to assume one after the other, beginning with the credentials. */
  assumedRoles: readonly AssumedRole[];
  /** How long to wait for what was just created and AWS does not know everywhere yet. */
  propagationSeconds: number;
}

/** The real provider waits two minutes: too long for a sandbox, whose AWS is one process. */
const DEFAULT_PROPAGATION_SECONDS = 5;

/** Inputs that @pulumi/aws always sends, or that do not matter to an emulator. */
const ACCEPTED = new Set([
  "region",
  "allowedAccountIds",
  "assumeRoles",
  "profile",
  "skipCredentialsValidation",
  "skipRegionValidation",
  "skipMetadataApiCheck",
  "skipRequestingAccountId",
  "maxRetries",
  "version",
]);

/** Inputs that are set and that this provider does not support: they are refused, not ignored. */
export function unsupportedSettings(inputs: Properties): string[] {
  return Object.keys(inputs).filter((key) => !ACCEPTED.has(key));
}

/**
 * Reads the provider's configuration.
 *
 * @param inputs - the provider's inputs; the SDK sends all but strings JSON-encoded.
 * @throws Error when the region, the credentials or the endpoint is missing, or when the endpoint
 * is not on the loopback interface: this provider never reaches a real account.
 */
export function providerSettings(
  inputs: Properties,
  environment: NodeJS.ProcessEnv,
): ProviderSettings {
  const region = inputs.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (typeof region !== "string" || region === "") throw new Error("Missing AWS region");
  return {
    region,
    allowedAccountIds: stringList(inputs.allowedAccountIds),
    endpoint: loopbackEndpoint(environment.AWS_ENDPOINT_URL),
    // As the real provider does: a profile that the program names goes before keys in the environment.
    ...(typeof inputs.profile === "string" && inputs.profile !== ""
      ? { profile: inputs.profile }
      : { credentials: environmentCredentials(environment) }),
    assumedRoles: assumedRoles(inputs.assumeRoles),
    propagationSeconds: Number(
      environment.SANDBOX_PROPAGATION_SECONDS ?? DEFAULT_PROPAGATION_SECONDS,
    ),
  };
}

/** @throws Error when the environment has no key. */
function environmentCredentials(environment: NodeJS.ProcessEnv) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (!accessKeyId || !secretAccessKey) throw new Error("No valid credential sources found");
  return { accessKeyId, secretAccessKey, sessionToken: environment.AWS_SESSION_TOKEN };
}

/** @throws Error when `endpoint` is not an http address on the loopback interface. */
function loopbackEndpoint(endpoint: string | undefined): string {
  const host = endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  if (/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host)) return endpoint as string;
  throw new Error(
    `The sandbox's AWS provider only works with the loopback interface; AWS_ENDPOINT_URL is ${
      endpoint === undefined ? "not set" : `"${endpoint}"`
    }`,
  );
}

function stringList(value: unknown): string[] {
  const list: unknown = typeof value === "string" && value !== "" ? JSON.parse(value) : value;
  return Array.isArray(list) ? list.map(String) : [];
}
