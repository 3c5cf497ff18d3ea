import { loadStackConfig, type StackConfig } from "../src/config";
import type { AwsClient, AwsSettings } from "./awsClient";
import { loadStack, type CommandContext, type CommonArguments, type LoadedStack } from "./command";
import type { Part } from "./cells/cellsDeployment";
import type { Deployment } from "./deployment";
import { chooseStack, secretsSettings } from "./stackFiles";
import type { StackRunner } from "./stackRunner";
import type { StackState } from "./stackState";
import { UsageError } from "./usageError";

/** What the engine keeps of a stack. Loaded only here: commands that need no engine must not wait for it. */
export async function openState(
  stack: string,
  { directory, environment }: CommandContext,
): Promise<StackState> {
  const { Engine } = await import("./engine.js");
  const { StackState } = await import("./stackState.js");
  return new StackState(new Engine({ projectDirectory: directory, stack, environment }));
}

/** A stack's input, and its engine, which is asked already. */
export interface LoadedDeployment extends LoadedStack {
  engine: StackRunner;
}

/**
 * The first step of every command that needs the engine: `loadStack`, while the engine answers what it is asked
 * first, which takes as long. What is wrong with the engine is told when it is needed.
 *
 * @throws as `loadStack` does.
 */
export async function loadDeployment(
  args: CommonArguments,
  context: CommandContext,
): Promise<LoadedDeployment> {
  const { StackRunner } = await import("./stackRunner.js");
  const { directory, environment } = context;
  const stack = chooseStack(directory, args.stack);
  const engine = new StackRunner({ projectDirectory: directory, stack, environment });
  // The outputs of a single stack come with its preview.
  if ((loadStackConfig(directory, stack).config?.cells ?? 1) > 1) engine.state.askOutputs();
  return { ...loadStack(args, context), engine };
}

/** How customers in several cells are run; of no matter with one stack. */
export interface CellArguments {
  all?: boolean;
  cell?: string;
  concurrency?: number;
}

/**
 * What previews and updates of a stack are driven through.
 *
 * @throws UsageError when `cell` is none of the stack's.
 */
export async function openDeployment(
  { input: { config }, engine }: LoadedDeployment,
  context: CommandContext,
  { all = false, cell, concurrency }: CellArguments = {},
): Promise<Deployment> {
  const only = partOf(config, cell);
  // While the engine answers; and before the program, which would load more of the SDK.
  await import("./pulumiSdk.js");
  const aws = () => openAws(config, context);
  if (config.cells === 1) {
    const { SingleStack } = await import("./deployment.js");
    return new SingleStack(engine, aws);
  }
  const { CellsDeployment } = await import("./cells/cellsDeployment.js");
  const { CellWorkers } = await import("./cells/workers.js");
  const { directory, environment, terminal } = context;
  return new CellsDeployment(engine, new CellWorkers(concurrency), aws, {
    cells: config.cells,
    projectDirectory: directory,
    environment,
    secrets: secretsSettings(directory, config.stack),
    all,
    only,
    onCell: (done, total) => terminal.progress(`${done} of ${total} cells`),
  });
}

function partOf({ cells }: StackConfig, cell: string | undefined): Part | undefined {
  if (cell === undefined) return undefined;
  if (cells === 1) {
    throw new UsageError(
      "there are no cells: all customers are in one stack",
      "Leave `--cell` out; docs/scale.md says when cells help.",
    );
  }
  if (cell === "base") return cell;
  const number = Number(cell);
  if (/^[0-9]+$/.test(cell) && number < cells) return number;
  throw new UsageError(
    `expected one of the stack's ${cells} cells, got ${JSON.stringify(cell)}`,
    `Write a number from 0 to ${cells - 1}, or \`base\`.`,
  );
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
