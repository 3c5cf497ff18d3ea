import { join } from "node:path";
import { IAMClient } from "@aws-sdk/client-iam";
import { ECRClient } from "@aws-sdk/client-ecr";
import { startEmulator } from "../../../../sandbox/aws/emulator";
import { startFront, type Front } from "../../../../sandbox/aws/front";
import { installProvider } from "../../../../sandbox/provider/install";
import { pluginVersion, type PluginName } from "../../../../sandbox/provider/pluginVersion";
import type { Properties } from "../../../../sandbox/provider/values";
import { Plugin } from "./plugin";

const SANDBOX = join(__dirname, "..", "..", "..", "..", ".sandbox");
const HOME = join(SANDBOX, "provider-test");

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";
const ADMINISTRATOR = {
  accessKeyId: "AKIASANDBOXADMIN0001",
  secretAccessKey: "administrator-of-the-sandbox-account-000",
};

/** An AWS of its own, the plugin's processes, and clients that read and change it without the plugin. */
export interface World {
  front: Front;
  iam: IAMClient;
  ecr: ECRClient;
  environment: NodeJS.ProcessEnv;
  /** Starts the plugin and configures it, by default for this world's account and region. */
  plugin(inputs?: Properties, environment?: NodeJS.ProcessEnv): Promise<Plugin>;
  end(): Promise<void>;
}

/** What the engine would start, installed when needed. */
export async function executable(name: PluginName): Promise<string> {
  await installProvider(HOME);
  const directory = `resource-${name}-v${pluginVersion(name)}`;
  return join(HOME, "plugins", directory, `pulumi-resource-${name}`);
}

export async function createWorld(): Promise<World> {
  const program = await executable("aws");
  const credentials = ADMINISTRATOR;
  const emulator = await startEmulator({ directory: SANDBOX, credentials, account: ACCOUNT });
  const front = await startFront({
    emulator: emulator.endpoint,
    account: ACCOUNT,
    administrator: credentials,
  });
  const client = { endpoint: front.endpoint, region: REGION, credentials };
  const environment = {
    AWS_ENDPOINT_URL: front.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: REGION,
  };
  const plugins: Plugin[] = [];
  return {
    front,
    iam: new IAMClient(client),
    ecr: new ECRClient(client),
    environment,
    async plugin(inputs = { region: REGION }, more = {}) {
      const plugin = await Plugin.start(program, { ...environment, ...more });
      plugins.push(plugin);
      await plugin.configure(inputs);
      return plugin;
    },
    async end() {
      await Promise.all(plugins.map((plugin) => plugin.stop()));
      await front.stop();
      await emulator.stop();
    },
  };
}
