import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { bundle, sourcesHash } from "./bundle";
import { pluginVersion, type PluginName } from "./pluginVersion";

const ENTRIES: Record<PluginName, string> = { aws: "main.ts", awsx: "awsxMain.ts" };

/**
 * Installs the local providers `aws` and `awsx` as plugins, in the versions of the installed SDK
 * packages. Repeating it is cheap, and picks up an edit of the sources.
 *
 * @param pulumiHome - the PULUMI_HOME that the engine is run with; created if missing.
 */
export async function installProvider(pulumiHome: string): Promise<void> {
  const hash = await sourcesHash();
  const names = Object.keys(ENTRIES) as PluginName[];
  await Promise.all(names.map((name) => installPlugin(resolve(pulumiHome), name, hash)));
}

async function installPlugin(pulumiHome: string, name: PluginName, hash: string): Promise<void> {
  const directory = join(pulumiHome, "plugins", `resource-${name}-v${pluginVersion(name)}`);
  const program = `provider-${hash}.js`;
  await mkdir(directory, { recursive: true });
  if (!existsSync(join(directory, program))) {
    await bundle(ENTRIES[name], join(directory, program));
  }
  await writeExecutable(join(directory, `pulumi-resource-${name}`), launcher(program));
  await removeOlder(directory, program);
}

/** Starts the bundle with the Node that installed it; `exec`, so that signals reach it. */
function launcher(program: string): string {
  const node = `'${process.execPath.replaceAll("'", `'\\''`)}'`;
  return [
    "#!/bin/sh",
    // The engine would show the SDK's advice on Node versions with every update.
    "export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true",
    `exec ${node} "\${0%/*}/${program}" "$@"`,
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
