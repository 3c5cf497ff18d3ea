import { existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { startEmulator } from "./aws/emulator";
import { startFront, type Front } from "./aws/front";
import { type AwsAccess, AwsView } from "./awsView";
import { clientsDirectory } from "./clients/install";
import type { Engine } from "./engine";
import { SANDBOX } from "./paths";
import { prepareSandbox } from "./prepare";
import { Registry } from "./registry/registry";
import type { Progress } from "./tool";

/** The account of the emulator, unless another one is asked for. */
export const SANDBOX_ACCOUNT = "123456789012";
export const SANDBOX_REGION = "eu-central-1";

/** Protects the sandbox's state only: `Pulumi.dev.yaml` is created with it. No secret. */
const PASSPHRASE = "sandbox";

/** The administrator's key of the sandbox's account. AWS's own example key: no secret. */
const ADMINISTRATOR = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** A running AWS on this machine, and what the engine needs to use it. */
export interface Sandbox {
  engine: Engine;
  front: Front;
  /** The image API at the front's endpoint. */
  registry: Registry;
  aws: AwsAccess;
  view: AwsView;
  /** The engine's whole environment: nothing of the user's own AWS or Pulumi configuration. */
  environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export interface SandboxOptions {
  progress: Progress;
  /** Folder for state and logins; a new folder is a new Pulumi. */
  home: string;
  /** Port of the front; a free one by default. */
  port?: number;
  account?: string;
  /** Where its programs work by default; AWS here has all regions. */
  region?: string;
  /** Where engine, emulator and provider are installed. */
  directory?: string;
}

/**
 * Prepares what is missing, then starts an empty AWS account on the loopback interface.
 *
 * @throws SandboxError when something is missing, with a fix.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { progress, home, port, directory = SANDBOX } = options;
  const { account = SANDBOX_ACCOUNT, region = SANDBOX_REGION } = options;
  const { engine, pulumiHome } = await prepareSandbox(directory, progress);
  const emulator = await startEmulator({
    directory,
    credentials: ADMINISTRATOR,
    account,
    progress,
  });
  const behind = {
    emulator: emulator.endpoint,
    account,
    administrator: ADMINISTRATOR,
  };
  const registry = new Registry(behind);
  let front: Front;
  try {
    front = await startFront({
      ...behind,
      port,
      moreRules: registry.rules,
      registry: (request, records) => registry.answer(request, records),
    });
  } catch (error) {
    registry.close();
    await emulator.stop();
    throw error;
  }
  const aws = { endpoint: front.endpoint, region, credentials: ADMINISTRATOR };
  return {
    engine,
    front,
    registry,
    aws,
    view: new AwsView(aws),
    environment: engineEnvironment({
      engine,
      endpoint: front.endpoint,
      region,
      home,
      pulumiHome,
      clients: clientsDirectory(directory),
    }),
    async stop() {
      await front.stop();
      registry.close();
      await emulator.stop();
    },
  };
}

/**
 * A folder as Pulumi's state backend, without the metadata files that the engine would write beside the
 * state: a killed engine leaves them half written, and then the state cannot be read.
 */
export function stateUrl(directory: string): string {
  return `file://${directory}?metadata=skip`;
}

interface EngineSettings {
  engine: Engine;
  endpoint: string;
  region: string;
  home: string;
  pulumiHome: string;
  /** Where `aws` and `crane` are, once they are installed. */
  clients: string;
}

function engineEnvironment(settings: EngineSettings): Record<string, string> {
  const backend = join(settings.home, "state");
  if (!existsSync(backend)) mkdirSync(backend, { recursive: true });
  return {
    PATH: [
      settings.engine.directory,
      settings.clients,
      dirname(process.execPath),
      process.env["PATH"],
    ].join(delimiter),
    HOME: settings.home,
    PULUMI_HOME: settings.pulumiHome,
    PULUMI_BACKEND_URL: stateUrl(backend),
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The engine's own logs; its default limit is 500 MB.
    PULUMI_LOG_ROTATION_MAX_TOTAL_MB: "20",
    // All plugins are installed by now; a missing one is a bug and must show.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    AWS_ENDPOINT_URL: settings.endpoint,
    AWS_REGION: settings.region,
    // The AWS command line knows the region under this name.
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
