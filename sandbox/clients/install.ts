import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { withInstallLock } from "../aws/installLock";
import { installPythonPackages } from "../aws/pythonPackages";
import { SandboxError } from "../aws/sandboxError";
import { packageFile } from "../../src/package";
import { CRANE_PACKAGE, type Engine, ENGINE_MODULE } from "../engine";
import { goBuild, pinKey, requireGo } from "../goBuild";
import type { Progress } from "../tool";

const CLIENTS_MODULE = packageFile("sandbox", "clients");

const AWS_CLI = {
  name: "aws-cli",
  requirements: join(CLIENTS_MODULE, "requirements.txt"),
  what: "the AWS command line",
  megabytes: 190,
};
const HELPER_PACKAGE =
  "github.com/awslabs/amazon-ecr-credential-helper/ecr-login/cli/docker-credential-ecr-login";

/** What a customer logs in and pulls with. */
const PROGRAMS = ["aws", "crane", "docker-credential-ecr-login"] as const;

/** The folder for PATH; empty until `installClients`. */
export function clientsDirectory(directory: string): string {
  const requirements = createHash("sha256").update(readFileSync(AWS_CLI.requirements));
  const key = `${pinKey(ENGINE_MODULE, CLIENTS_MODULE)}-${requirements.digest("hex").slice(0, 12)}`;
  return join(directory, `clients-${key}`);
}

/**
 * Installs the real clients (docs/decisions/real-clients.md): `aws`, `crane` and the ECR credential helper, all
 * pinned; seconds when they are installed, half a minute otherwise.
 *
 * @param engine - one that was built has a `crane` beside it.
 * @returns the folder that holds them.
 * @throws SandboxError when one cannot be installed, with a fix.
 */
export async function installClients(
  directory: string,
  engine: Engine,
  progress: Progress,
): Promise<string> {
  const target = clientsDirectory(directory);
  // A link may be broken when the engine was removed.
  const isThere = () => PROGRAMS.every((program) => existsSync(join(target, program)));
  if (isThere()) return target;
  requireGo(
    "crane and the ECR credential helper are built from source, and there is no Go",
    "Install Go 1.25 or newer from https://go.dev/dl/.",
  );
  const programs = await installPythonPackages(directory, AWS_CLI, progress);
  await withInstallLock(`${target}.lock`, async () => {
    if (isThere()) return;
    const temporary = `${target}.${process.pid}`;
    mkdirSync(temporary, { recursive: true });
    try {
      symlinkSync(join(programs, "aws"), join(temporary, "aws"));
      await addGoPrograms({ output: temporary, logs: target, engine, progress });
      rmSync(target, { recursive: true, force: true });
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
  return target;
}

/** As `installClients`, for optional use: reports what is missing and why, and returns false. */
export async function tryToInstallClients(
  directory: string,
  engine: Engine,
  progress: Progress,
): Promise<boolean> {
  try {
    await installClients(directory, engine, progress);
    return true;
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    progress(`No images can be pulled here: ${error.message}`);
    return false;
  }
}

interface GoPrograms {
  output: string;
  /** The prefix of the logs' names. */
  logs: string;
  engine: Engine;
  progress: Progress;
}

async function addGoPrograms({ output, logs, engine, progress }: GoPrograms): Promise<void> {
  const common = {
    output,
    progress,
    fix: "Check that Go can download modules here (GOPROXY).",
  };
  const beside = join(engine.directory, "crane");
  if (existsSync(beside)) {
    symlinkSync(realpathSync(beside), join(output, "crane"));
  } else {
    progress("Building crane, the OCI client");
    await goBuild({
      ...common,
      module: ENGINE_MODULE,
      packages: [CRANE_PACKAGE],
      log: `${logs}-crane.log`,
      doing: "Building crane",
    });
  }
  progress("Building the ECR credential helper");
  await goBuild({
    ...common,
    module: CLIENTS_MODULE,
    packages: [HELPER_PACKAGE],
    log: `${logs}-helper.log`,
    doing: "Building the ECR credential helper",
  });
}
