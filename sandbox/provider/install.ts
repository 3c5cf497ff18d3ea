import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { IS_COMPILED, packageFile } from "../../src/package";
import { pluginVersion, type PluginName } from "./pluginVersion";

const ENTRIES: Record<PluginName, string> = { aws: "main.ts", awsx: "awsxMain.ts" };

/**
 * Installs the local providers `aws` and `awsx` as plugins, in the versions of the installed SDK
 * packages. Repeating it is cheap, and picks up an edit of the sources; the package brings them compiled.
 *
 * @param pulumiHome - the PULUMI_HOME that the engine is run with; created if missing.
 */
export async function installProvider(pulumiHome: string): Promise<void> {
  const names = Object.keys(ENTRIES) as PluginName[];
  await Promise.all(names.map((name) => installPlugin(resolve(pulumiHome), name)));
}

async function installPlugin(pulumiHome: string, name: PluginName): Promise<void> {
  const directory = join(pulumiHome, "plugins", `resource-${name}-v${pluginVersion(name)}`);
  await mkdir(directory, { recursive: true });
  const program = IS_COMPILED
    ? packageFile("dist", `provider-${name}.js`)
    : await bundleInto(directory, name);
  await writeExecutable(join(directory, `pulumi-resource-${name}`), launcher(program));
  await removeOlder(directory, basename(program));
}

/** Bundles a provider into a file that is named by its sources, unless it is there. @returns its path. */
async function bundleInto(directory: string, name: PluginName): Promise<string> {
  const { bundle, sourcesHash } = await import("./bundle.js");
  const program = join(directory, `provider-${await sourcesHash()}.js`);
  if (!existsSync(program)) await bundle(ENTRIES[name], program);
  return program;
}

/** Starts the bundle with the Node that installed it; `exec`, so that signals reach it. */
function launcher(program: string): string {
  const [node, script] = [process.execPath, program].map(
    (path) => `'${path.replaceAll("'", `'\\''`)}'`,
  );
  return [
    "#!/bin/sh",
    // The engine would show the SDK's advice on Node versions with every update.
    "export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true",
    `exec ${node} ${script} "$@"`,
    "",
  ].join("\n");
}

async function writeExecutable(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await writeFile(aside, text);
  await chmod(aside, 0o755);
  await rename(aside, path);
}

async function removeOlder(directory: string, current: string): Promise<void> {
  const files = await readdir(directory);
  const older = files.filter((file) => /^provider-.*\.js$/.test(file) && file !== current);
  await Promise.all(older.map((file) => rm(join(directory, file), { force: true })));
}
