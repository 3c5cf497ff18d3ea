import { join } from "node:path";
import { installEmulator } from "./aws/emulator";
import { SandboxError } from "./aws/sandboxError";
import { installClients } from "./clients/install";
import { findEngine, type Engine } from "./engine";
import { SANDBOX } from "./paths";
import { installPlugins } from "./plugins";
import { installProvider } from "./provider/install";
import type { Progress } from "./tool";

/** `local`: the provider of this project; `plugin`: the real AWS plugin. */
export type ProviderKind = "local" | "plugin";

/** What a sandbox is started from. */
export interface PreparedSandbox {
  engine: Engine;
  /** The engine's own folder, with its plugins. */
  pulumiHome: string;
}

/**
 * Installs engine, emulator and provider where they are missing; seconds when nothing is.
 *
 * @throws SandboxError when something cannot be installed, with a fix.
 */
export async function prepareSandbox(
  directory: string,
  progress: Progress,
): Promise<PreparedSandbox> {
  const engine = await findEngine(join(directory, "engine"), progress);
  await installEmulator(directory, progress);
  const pulumiHome = join(directory, `pulumi-home-${providerKind()}`);
  if (providerKind() === "local") await installProvider(pulumiHome);
  else await installPlugins(engine, pulumiHome, progress);
  return { engine, pulumiHome };
}

/**
 * Which provider the sandbox runs with, from `SANDBOX_PROVIDER`; the local one without it.
 *
 * @throws SandboxError for another value.
 */
export function providerKind(setting = process.env["SANDBOX_PROVIDER"]): ProviderKind {
  if (setting === undefined || setting === "" || setting === "local") return "local";
  if (setting === "plugin") return "plugin";
  throw new SandboxError(
    `SANDBOX_PROVIDER is ${JSON.stringify(setting)}, which is not one of local, plugin`,
    "Set it to plugin for the real AWS plugin, or leave it out for the local provider.",
  );
}

// `npm test` prepares once, before its test files run side by side.
if (require.main === module) {
  const progress = (line: string) => console.log(line);
  prepareSandbox(SANDBOX, progress)
    .then(({ engine }) => installClients(SANDBOX, engine, progress))
    .catch((error: unknown) => {
      console.error(error instanceof SandboxError ? error.message : error);
      process.exitCode = 1;
    });
}
