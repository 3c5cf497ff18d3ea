import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { packageFile } from "../../src/package";
import { installEmulator } from "./installEmulator";
import { freePort, LOOPBACK } from "./loopback";
import { SandboxError } from "./sandboxError";

export { installEmulator } from "./installEmulator";

const START_MS = 30_000;
const POLL_MS = 25;

/**
 * Ends with the process that started it, even if that one is killed: the other end of standard input
 * then closes, and no signal handler needs to run. The log is removed, as on stop.
 */
const RUN = `
import os, sys, threading
log, additions = sys.argv[1:]
def leave_with_parent():
    sys.stdin.buffer.read()
    try:
        os.remove(log)
    finally:
        os._exit(0)
threading.Thread(target=leave_with_parent, daemon=True).start()
sys.argv = ["ministack"]
from ministack.app import main
if additions:
    # No compiled files beside the sources.
    sys.dont_write_bytecode = True
    sys.path.insert(0, additions)
    from additions import install
    install()
main()
`;

/** A running AWS emulator, without any of the rules that the front adds. */
export interface Emulator {
  /** `http://127.0.0.1:<port>`. */
  endpoint: string;
  /** Stops it and waits until it has ended. Its data is lost: it keeps everything in memory. */
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  /** The sandbox's directory; holds the installation and, while it runs, the log `emulator-<port>.log`. */
  directory: string;
  /** The key that it accepts as the account administrator's. */
  credentials: { accessKeyId: string; secretAccessKey: string };
  /** 12 digits. */
  account: string;
  progress?: (line: string) => void;
  /** Without the folder `additions`; for tests that show what it adds. */
  asReleased?: boolean;
}

/**
 * Installs the emulator when needed and starts it on a free port of the loopback interface, with
 * signature and policy checks on.
 *
 * @throws SandboxError when it cannot be installed, or exits or does not respond while starting; the
 *   message then contains the end of its log.
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const python = await installEmulator(options.directory, options.progress);
  for (let attempt = 1; ; attempt++) {
    try {
      return await startAt(await freePort(), python, options);
    } catch (error) {
      // Another process can take the port between the search for it and the start.
      const isTaken = error instanceof SandboxError && error.message.includes(PORT_TAKEN);
      if (!isTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startAt(port: number, python: string, options: EmulatorOptions): Promise<Emulator> {
  const logFile = join(options.directory, `emulator-${port}.log`);
  const log = openSync(logFile, "w");
  const child = spawn(
    python,
    ["-c", RUN, logFile, options.asReleased ? "" : packageFile("sandbox", "aws")],
    {
      cwd: options.directory,
      env: environment(options, port),
      stdio: ["pipe", log, log],
    },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  // The parent's end of the pipe must keep neither the parent nor a test runner alive.
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();

  const endpoint = `http://${LOOPBACK}:${port}`;
  const stop = async () => {
    // Without it, the process could end here with code 0, before it has printed its last message.
    child.ref();
    child.kill("SIGKILL");
    await ended;
  };
  if (!(await isReady(endpoint, child))) {
    await stop();
    const tail = (await readFile(logFile, "utf8")).trim().split("\n").slice(-15).join("\n");
    throw new SandboxError(
      `The AWS emulator did not start; the end of its log:\n${tail}\n`,
      `Read ${logFile}; removing ${join(options.directory, "emulator")} makes the next start reinstall it.`,
    );
  }
  return {
    endpoint,
    stop: async () => {
      await stop();
      await rm(logFile, { force: true });
    },
  };
}

const ATTEMPTS = 5;
/** What Python says of EADDRINUSE. */
const PORT_TAKEN = "Address already in use";

/** Only PATH of the caller's environment: no proxy, AWS profile or Python setting reaches it. */
function environment(options: EmulatorOptions, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    AUTH: "true",
    BIND_HOST: LOOPBACK,
    GATEWAY_PORT: String(port),
    AWS_ACCESS_KEY_ID: options.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: options.credentials.secretAccessKey,
    MINISTACK_ACCOUNT_ID: options.account,
    // A line for each request slows it and fills the disk.
    LOG_LEVEL: "WARNING",
  };
}

async function isReady(endpoint: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
      return false;
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}
