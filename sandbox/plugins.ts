import { existsSync } from "node:fs";
import { join } from "node:path";
import { SandboxError } from "./aws/sandboxError";
import type { Engine } from "./engine";
import { pluginVersion, type PluginName } from "./provider/pluginVersion";
import { askTool, type Progress } from "./tool";

const NAMES: readonly PluginName[] = ["aws", "awsx"];

/**
 * Lets the engine download the real plugins that are missing, in the versions of the installed SDK packages.
 *
 * @param pulumiHome - the PULUMI_HOME that the engine is run with.
 * @throws SandboxError when one of them is missing and cannot be downloaded from here.
 */
export async function installPlugins(
  engine: Pick<Engine, "executable">,
  pulumiHome: string,
  progress: Progress,
): Promise<void> {
  const missing: string[] = [];
  let output = "";
  for (const name of NAMES) {
    const version = pluginVersion(name);
    if (existsSync(pluginFile(pulumiHome, name))) continue;
    progress(`Downloading the Pulumi plugin ${name} ${version}`);
    // With the caller's own environment: its proxy and certificates count.
    const env = { ...definedOf(process.env), PULUMI_HOME: pulumiHome };
    const command = ["plugin", "install", "resource", name, `v${version}`];
    const answer = await askTool(engine.executable, command, { env });
    if (existsSync(pluginFile(pulumiHome, name))) continue;
    missing.push(`${name} ${version}`);
    output = answer.output;
  }
  if (missing.length === 0) return;
  throw new SandboxError(
    `SANDBOX_PROVIDER=plugin needs the Pulumi ${missing.length === 1 ? "plugin" : "plugins"} ` +
      `${missing.join(" and ")} under ${join(pulumiHome, "plugins")}, and the download failed:\n` +
      `${lastLines(output)}\n`,
    "Run it where get.pulumi.com can be reached, or copy the plugins' folders there from another machine's ~/.pulumi/plugins, or leave out SANDBOX_PROVIDER to use the local provider.",
  );
}

/** Where the engine looks for a plugin's program. */
export function pluginFile(pulumiHome: string, name: PluginName): string {
  const folder = `resource-${name}-v${pluginVersion(name)}`;
  return join(pulumiHome, "plugins", folder, `pulumi-resource-${name}`);
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-5).join("\n");
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const defined = Object.entries(environment).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Record<string, string>;
}
