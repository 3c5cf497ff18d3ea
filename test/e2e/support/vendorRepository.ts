import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { freePort } from "../../../sandbox/aws/loopback";
import { type Key, OciClient } from "../../../sandbox/ociClient";
import { installClients } from "../../../sandbox/clients/install";
import { PROJECT, SANDBOX } from "../../../sandbox/paths";
import { prepareSandbox } from "../../../sandbox/prepare";
import { SANDBOX_REGION } from "../../../sandbox/sandbox";

/** How a command ended. */
export interface CommandEnd {
  code: number | null;
  /** Standard output and error. */
  output: string;
}

/** What the sandbox installs once; building it takes minutes. */
const INSTALLED = /^(?:engine|emulator|aws-cli|clients-[\da-f-]+)$/;
const STARTED = "Ctrl-C stops the sandbox";

/** Installs what a vendor's sandbox needs where it is missing; seconds when nothing is. */
export async function prepareInstalled(): Promise<void> {
  const progress = (line: string) => console.log(`    ${line}`);
  const { engine } = await prepareSandbox(SANDBOX, progress);
  await installClients(SANDBOX, engine, progress);
}

/** An empty folder of a vendor on a machine with an empty home, and the commands that a vendor types there. */
export class VendorRepository {
  readonly directory = mkdtempSync(join(tmpdir(), "ecr-customers-vendor-"));
  readonly home = mkdtempSync(join(tmpdir(), "ecr-customers-home-"));
  #sandbox: ChildProcess | undefined;

  /** @returns how a shell command ended in the vendor's folder, with the sandbox's environment once it runs. */
  run(command: string): CommandEnd {
    const sandbox = this.#sandbox === undefined ? "" : ". .sandbox/environment.sh && ";
    const { status, stdout, stderr } = spawnSync("sh", ["-c", `${sandbox}${command}`], {
      cwd: this.directory,
      env: this.#environment(),
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    return { code: status, output: `${stdout}${stderr}` };
  }

  /** Runs a command that is expected to end with a code. @returns what it printed. */
  succeeds(command: string, expected = 0): string {
    const { code, output } = this.run(command);
    expect(code, `${command}\n${output}`).to.equal(expected);
    return output;
  }

  /** Installs this checkout's packages, without a download; `replacePackage` adds the one that is tested. */
  linkPackages(): void {
    const modules = join(this.directory, "node_modules");
    mkdirSync(join(modules, ".bin"), { recursive: true });
    symlinkSync("../ecr-customers/dist/cli.js", join(modules, ".bin", "ecr-customers"));
    for (const name of readdirSync(join(PROJECT, "node_modules"))) {
      if (!name.startsWith("."))
        symlinkSync(join(PROJECT, "node_modules", name), join(modules, name));
    }
  }

  /** Runs the sandbox until `stopSandbox`. @throws Error with what it printed, when it does not start. */
  async startSandbox(command = "npx ecr-customers sandbox"): Promise<void> {
    this.#useInstalled();
    const port = await freePort();
    const child = spawn("sh", ["-c", `exec ${command} --port ${port}`], {
      cwd: this.directory,
      env: this.#environment(),
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own gets the signal, as a terminal's does.
      detached: true,
    });
    let output = "";
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk: Buffer) => {
          output += chunk.toString();
          if (output.includes(STARTED)) resolve();
        });
      }
      child.once("close", () => reject(new Error(`the sandbox did not start:\n${output}`)));
    });
    this.#sandbox = child;
  }

  /** Presses Ctrl-C in the sandbox's terminal, and waits until all its processes have ended. */
  async stopSandbox(): Promise<void> {
    const { pid = 0 } = this.#sandbox ?? {};
    const ended = once(this.#sandbox ?? process, "close");
    this.#sandbox = undefined;
    process.kill(-pid, "SIGINT");
    await ended;
  }

  /** Replaces the installed package by another version of it, with the same dependencies. */
  replacePackage(tarball: string): void {
    const folder = join(this.directory, "node_modules", "ecr-customers");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    execFileSync("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
    chmodSync(join(folder, "dist", "cli.js"), 0o755);
  }

  /** A machine with the real clients that pulls from the sandbox. */
  client(name: string, key: Key): OciClient {
    const { PATH = "", AWS_ENDPOINT_URL: endpoint = "" } = this.#sandboxEnvironment();
    const aws = { endpoint, region: SANDBOX_REGION, credentials: key };
    const sandbox = { aws, environment: { PATH } };
    return new OciClient(sandbox, { directory: join(this.home, name), key });
  }

  /** The key of whoever operates the registry. */
  get ownKey(): Key {
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = this.#sandboxEnvironment();
    return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  }

  async discard(): Promise<void> {
    if (this.#sandbox !== undefined) await this.stopSandbox();
    for (const folder of [this.directory, this.home]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  #useInstalled(): void {
    const own = join(this.directory, ".sandbox");
    mkdirSync(own, { recursive: true });
    for (const name of readdirSync(SANDBOX).filter((one) => INSTALLED.test(one))) {
      if (!existsSync(join(own, name))) symlinkSync(join(SANDBOX, name), join(own, name));
    }
  }

  #sandboxEnvironment(): Record<string, string> {
    const { output } = this.run("env -0");
    return Object.fromEntries(
      output.split("\0").map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  }

  /** Nothing of the user's own but the way to the registry of packages, and npm's cache. */
  #environment(): Record<string, string | undefined> {
    const own = Object.entries(process.env).filter(
      ([name]) => !/^(?:AWS|PULUMI|npm|NODE|CI)(?:_|$)/.test(name),
    );
    return {
      ...Object.fromEntries(own),
      HOME: this.home,
      npm_config_cache: process.env["npm_config_cache"] ?? join(homedir(), ".npm"),
      npm_config_registry: process.env["npm_config_registry"],
      npm_config_prefer_offline: "true",
      npm_config_update_notifier: "false",
      npm_config_audit: "false",
    };
  }
}
