import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withInstallLock } from "./installLock";
import { findPython } from "./python";
import { SandboxError } from "./sandboxError";

/** Written last, with the hash of the requirements: a half-finished installation is never used. */
const MARKER = ".installed";

export interface PythonPackages {
  /** Folder under the sandbox's directory that becomes the virtual environment. */
  name: string;
  /** File of exact versions with hashes. */
  requirements: string;
  /** For messages, e.g. `the AWS emulator`. */
  what: string;
  megabytes: number;
}

/**
 * Installs packages into a virtual environment of their own under `<directory>/<name>`: pinned versions
 * with hashes, nothing outside that directory. A finished installation of the same pins is kept, so a
 * second call returns at once. Safe when two processes call it together.
 *
 * @param directory the sandbox's directory, created if missing.
 * @param progress called with each step, a line without a line break.
 * @returns the folder with the environment's programs.
 * @throws SandboxError without a usable Python, without access to the package registry, or without disk space.
 */
export async function installPythonPackages(
  directory: string,
  packages: PythonPackages,
  progress: (line: string) => void,
): Promise<string> {
  const { name, requirements, what, megabytes } = packages;
  await mkdir(directory, { recursive: true });
  // An environment contains absolute paths: they must not depend on a symbolic link to the directory.
  const environment = join(await realpath(directory), name);
  const programs = join(environment, process.platform === "win32" ? "Scripts" : "bin");
  const python = pythonIn(programs);
  const wanted = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  if (await isInstalled(environment, wanted)) return programs;

  await withInstallLock(
    join(directory, `${name}.lock`),
    async () => {
      if (await isInstalled(environment, wanted)) return;
      const found = await findPython();
      progress(`Installing ${what} (Python ${found.version}, about ${megabytes} MB)`);
      await rm(environment, { recursive: true, force: true });
      await step(what, found.command, ["-m", "venv", environment]);
      await step(what, python, [
        ...["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"],
        ...["--require-hashes", "--only-binary", ":all:", "--requirement", requirements],
      ]);
      await writeFile(join(environment, MARKER), wanted);
      progress(`${capitalized(what)} is installed`);
    },
    (owner) => progress(`Waiting for process ${owner}, which is installing ${what}`),
  );
  return programs;
}

/** The environment's Python, from the folder of its programs. */
export function pythonIn(programs: string): string {
  return join(programs, process.platform === "win32" ? "python.exe" : "python");
}

async function isInstalled(environment: string, wanted: string): Promise<boolean> {
  return (await readFile(join(environment, MARKER), "utf8").catch(() => "")) === wanted;
}

/** Runs one step with the caller's own environment: pip's proxy, mirror and certificate settings live there. */
async function step(what: string, command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve("not started");
    });
    child.once("close", (exitCode, signal) => resolve(exitCode ?? signal ?? "unknown"));
  });
  if (code !== 0) throw explainInstallFailure(what, output);
}

const CAUSES: { pattern: RegExp; message: string; fix: string }[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    message: "The disk is full",
    fix: "Free about 200 MB and try again.",
  },
  {
    pattern: /ensurepip is not available|no module named '?(venv|ensurepip|pip)/i,
    message: "This Python cannot create a virtual environment",
    fix: "Install its venv module; on Debian and Ubuntu: apt install python3-venv.",
  },
  {
    pattern: /do not match the hashes|hashes are required/i,
    message: "A downloaded package does not match its pinned hash",
    fix: "Find out what changes packages in transit; do not remove the hashes.",
  },
  {
    pattern:
      /max retries exceeded|name resolution|network is unreachable|connection (refused|error|timed out|broken)|new connection|could not find a version|no matching distribution|readtimeout|sslerror/i,
    message: "pip cannot reach a package index that has it",
    fix: "Check the network, or point pip to your mirror (PIP_INDEX_URL, PIP_PROXY, PIP_CERT).",
  },
];

/** Turns the output of venv or pip into a cause and a fix. The last lines are kept for the details. */
export function explainInstallFailure(what: string, output: string): SandboxError {
  const tail = output.trim().split("\n").slice(-5).join("\n");
  const cause = CAUSES.find(({ pattern }) => pattern.test(output));
  return new SandboxError(
    `${capitalized(what)} could not be installed${cause === undefined ? "" : `. ${cause.message}`}:\n${tail}\n`,
    cause?.fix ?? "Read the lines above.",
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
