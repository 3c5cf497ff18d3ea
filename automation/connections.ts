import type { StackConfig } from "../src/config";
import type { AwsClient, AwsSettings } from "./awsClient";
import type { CommandContext } from "./command";
import type { StackRunner } from "./stackRunner";

/**
 * The door to a stack's engine. Loaded only here: commands that need no engine must not wait for it.
 *
 * @throws EngineError when there is no engine, or an old one.
 */
export async function openStack(stack: string, context: CommandContext): Promise<StackRunner> {
  const { StackRunner } = await import("./stackRunner.js");
  const { directory, environment } = context;
  return StackRunner.open({ projectDirectory: directory, stack, environment });
}

/** What the script asks of AWS itself, with the credentials of the environment. */
export async function openAws(config: StackConfig, context: CommandContext): Promise<AwsClient> {
  const { AwsClient } = await import("./awsClient.js");
  return new AwsClient(awsSettings(context.environment, config.region));
}

/**
 * The environment's endpoint and keys, when it has them (the sandbox does); else nothing, and AWS's
 * SDK looks in its usual places: profiles, single sign-on, roles.
 */
export function awsSettings(
  environment: Readonly<Record<string, string | undefined>>,
  region: string,
): AwsSettings {
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
