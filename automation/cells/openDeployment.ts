import { loadStackConfig, type StackConfig } from "../../src/config";
import { openAws } from "../aws/open";
import type { CommandContext, CommonArguments } from "../cli/command";
import { loadStack, type LoadedStack } from "../cli/loadStack";
import type { CellArguments } from "./options";
import type { DeploymentPart } from "./changedParts";
import { during } from "../output/activity";
import type { Deployment } from "../update/deployment";
import { chooseStack, secretsSettings } from "../files/stackFiles";
import type { StackRunner } from "../engine/stackRunner";
import type { OpenedStack } from "../update/preparing";
import { UsageError } from "../output/usageError";
import { counted } from "../../src/counted";

/** A stack's input, and its engine, which has been started. */
interface LoadedDeployment extends LoadedStack {
  engine: StackRunner;
}

/**
 * The first step of every command that needs the engine: `loadStack`, while the engine reads the recorded
 * outputs, which takes as long. Errors of the engine are thrown when the outputs are used.
 *
 * @throws as `loadStack` does.
 */
export async function loadDeployment(
  args: CommonArguments,
  context: CommandContext,
): Promise<LoadedDeployment> {
  return during(context.terminal, "Loading", async () => {
    const { StackRunner } = await import("../engine/stackRunner.js");
    const { directory, environment } = context;
    const stack = chooseStack(directory, args.stack);
    const engine = new StackRunner({ projectDirectory: directory, stack, environment });
    // The outputs of a single stack come with its preview.
    if ((loadStackConfig(directory, stack).config?.cells ?? 1) > 1) engine.state.prefetchOutputs();
    return { ...loadStack(args, context), engine };
  });
}

/**
 * Opens what previews and updates of a stack run through.
 *
 * @param aws - opens the client; one for the whole run, so that all its calls slow down together when AWS throttles.
 * @throws UsageError when `cell` is not one of the stack's cells.
 */
export async function openDeployment(
  { input: { config }, engine }: LoadedDeployment,
  context: CommandContext,
  { all = false, cell, concurrency }: CellArguments = {},
  aws = onlyOne(() => openAws(config, context)),
): Promise<Deployment> {
  const only = partOf(config, cell);
  // While the engine works, and before the program is loaded, which would load more of the SDK.
  await during(context.terminal, "Loading", () => import("../engine/pulumiSdk.js"));
  if (config.cells === 1) {
    const { SingleStack } = await import("../update/deployment.js");
    return new SingleStack(engine, aws);
  }
  const { CellsDeployment } = await import("./deployment.js");
  const { CellWorkers } = await import("./workers.js");
  const { directory, environment, terminal } = context;
  return new CellsDeployment(engine, new CellWorkers(concurrency), aws, {
    cells: config.cells,
    projectDirectory: directory,
    environment,
    secrets: secretsSettings(directory, config.stack),
    all,
    only,
    onCell: (done, total) => {
      terminal.progress(`${done} of ${counted(total, "cell")}`);
    },
  });
}

/** Opens what an update of a stack needs. @throws as `openDeployment` does. */
export async function openUpdate(
  loaded: LoadedDeployment,
  context: CommandContext,
  cells: CellArguments,
): Promise<OpenedStack> {
  const aws = onlyOne(() => openAws(loaded.input.config, context));
  const deployment = await openDeployment(loaded, context, cells, aws);
  return { loaded, deployment, aws: await aws() };
}

/** Makes something when it is first asked for, and gives the same one each time. */
function onlyOne<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function partOf({ cells }: StackConfig, cell: string | undefined): DeploymentPart | undefined {
  if (cell === undefined) return undefined;
  if (cells === 1) {
    throw new UsageError(
      "there are no cells: all customers are in one stack",
      "Omit `--cell`; docs/scale.md explains when cells help.",
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
