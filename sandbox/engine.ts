import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { isTooOld } from "../automation/engine/version";
import { packageFile } from "../src/package";
import { goBuild, pinKey, requireGo } from "./goBuild";
import { requireFreeSpace, type Progress } from "./tool";

/** The version that is installed or built when none is found. */
const ENGINE_VERSION = "3.259.0";
export const ENGINE_MODULE = packageFile("sandbox", "engine");
const LANGUAGE_HOST_MODULE = join(ENGINE_MODULE, "language-host");
/** The OCI client; beside a built engine, since both come from the same module. */
export const CRANE_PACKAGE = "github.com/google/go-containerregistry/cmd/crane";
/** Modules, compiled packages and programs. */
const BUILD_GIGABYTES = 5;

/** The real Pulumi engine: a directory that holds `pulumi` and its language host. */
export interface Engine {
  directory: string;
  executable: string;
  origin: "found on PATH" | "installed" | "built from source";
}

/**
 * Finds the engine (docs/architecture.md, "The sandbox"): `pulumi` on PATH if it is recent enough, else the official
 * installer, else, without a download, a build from pinned Go modules.
 *
 * @param directory - where to install; a second call finds what the first one installed.
 * @throws SandboxError when there is none and none can be installed.
 */
export async function findEngine(directory: string, progress: Progress): Promise<Engine> {
  const onPath = engineOnPath();
  if (onPath !== undefined) return { ...onPath, origin: "found on PATH" };

  const built = join(directory, `engine-${pinKey(ENGINE_MODULE, LANGUAGE_HOST_MODULE)}`);
  const installed = join(directory, `pulumi-${ENGINE_VERSION}`);
  if (existsSync(built)) {
    wrapLanguageHost(built);
    return engineIn(built, "built from source");
  }
  if (existsSync(installed)) return engineIn(join(installed, "bin"), "installed");

  mkdirSync(directory, { recursive: true });
  progress(`No pulumi on PATH: installing ${ENGINE_VERSION} under ${directory}`);
  if (await install(installed, progress)) return engineIn(join(installed, "bin"), "installed");
  await build(built, progress);
  return engineIn(built, "built from source");
}

function engineIn(directory: string, origin: Engine["origin"]): Engine {
  return { directory, executable: join(directory, "pulumi"), origin };
}

function engineOnPath(): Omit<Engine, "origin"> | undefined {
  for (const directory of (process.env["PATH"] ?? "").split(delimiter)) {
    const executable = join(directory, "pulumi");
    if (directory === "" || !existsSync(executable)) continue;
    try {
      const version = execFileSync(executable, ["version"], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"], PULUMI_SKIP_UPDATE_CHECK: "true" },
      });
      if (!isTooOld(version)) return { directory, executable };
    } catch {
      // Another program of that name, or a broken installation: continue.
    }
  }
  return undefined;
}

/** @returns false when it cannot be downloaded from here. */
async function install(root: string, progress: Progress): Promise<boolean> {
  const temporary = `${root}.${process.pid}`;
  try {
    await PulumiCommand.install({ root: temporary, version: new SemVer(ENGINE_VERSION) });
    renameSync(temporary, root);
    return true;
  } catch {
    rmSync(temporary, { recursive: true, force: true });
    progress("It cannot be downloaded from here: building it from source instead, once");
    return false;
  }
}

/** Builds into a directory of its own and moves it, so that no half-built engine is ever found. */
async function build(target: string, progress: Progress): Promise<void> {
  requireGo(
    "there is no `pulumi` on PATH, it cannot be downloaded from here, and without Go it cannot be built",
    "Install Pulumi from https://www.pulumi.com/docs/install/, or Go 1.25 or newer from https://go.dev/dl/.",
  );
  requireFreeSpace(dirname(target), BUILD_GIGABYTES, "Building the Pulumi engine");
  const temporary = `${target}.${process.pid}`;
  const common = {
    output: temporary,
    log: `${target}.log`,
    progress,
    fix: "Check that Go can download modules here (GOPROXY), or install Pulumi from https://www.pulumi.com/docs/install/.",
  };
  mkdirSync(temporary, { recursive: true });
  try {
    progress("Building the Pulumi engine from source: about four minutes on two cores");
    await goBuild({
      ...common,
      module: ENGINE_MODULE,
      packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", CRANE_PACKAGE],
      linkerFlags: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${ENGINE_VERSION}`,
      doing: "Building the Pulumi engine",
    });
    await goBuild({
      ...common,
      module: LANGUAGE_HOST_MODULE,
      packages: [`github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/${LANGUAGE_HOST}`],
      doing: "Building the engine's Node.js host",
    });
    renameSync(join(temporary, LANGUAGE_HOST), join(temporary, `${LANGUAGE_HOST}-bare`));
    wrapLanguageHost(temporary);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    // Another process has finished the same build in the meantime: use that one.
    if (!existsSync(target)) throw error;
  }
}

const LANGUAGE_HOST = "pulumi-language-nodejs";

/**
 * The newest Node.js host that Go modules offer is older than the engine and does not read `runtime.options` of
 * Pulumi.yaml. It accepts the same options as flags. The engine starts it in the project's folder.
 */
const WRAPPER = `#!/bin/sh
option() { sed -n "s/^ *$1: *//p" Pulumi.yaml; }
nodeargs=$(option nodeargs)
exec "$0-bare" -typescript="$(option typescript | grep false || echo true)" \${nodeargs:+-nodeargs "$nodeargs"} "$@"
`;

/** Puts the wrapper in place of the host; writes nothing when it is there. */
function wrapLanguageHost(directory: string): void {
  const host = join(directory, LANGUAGE_HOST);
  if (existsSync(host) && readFileSync(host, "utf8") === WRAPPER) return;
  const aside = `${host}.${process.pid}`;
  writeFileSync(aside, WRAPPER);
  chmodSync(aside, 0o755);
  renameSync(aside, host);
}
