/**
 * Proves how the emulator and the front start and end: only on the loopback interface, with a fix in each
 * error, together with their parent. Of the installation only the lock and the explanation of failures
 * are proved: the rest would need a second Python and network.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { startEmulator } from "../../../sandbox/aws/emulator";
import { startFront } from "../../../sandbox/aws/front";
import { installEmulator } from "../../../sandbox/aws/installEmulator";
import { withInstallLock } from "../../../sandbox/aws/installLock";
import { LOOPBACK, loopbackUrl } from "../../../sandbox/aws/loopback";
import { findPython, judgePython } from "../../../sandbox/aws/python";
import { explainInstallFailure } from "../../../sandbox/aws/pythonPackages";
import { SandboxError } from "../../../sandbox/aws/sandboxError";
import { ACCOUNT, ADMINISTRATOR, clientsOf, DIRECTORY, refusalOf } from "./support/sandboxAws";

async function errorOf(work: () => unknown): Promise<SandboxError> {
  try {
    await work();
  } catch (error) {
    expect(error).to.be.instanceOf(SandboxError);
    return error as SandboxError;
  }
  throw new Error("expected a SandboxError");
}

describe("the start of the front", () => {
  const front = (emulator: string, port?: number) =>
    startFront({ emulator, account: ACCOUNT, administrator: ADMINISTRATOR, port });

  for (const endpoint of [
    "https://iam.amazonaws.com",
    "http://10.0.0.1:4566",
    "http://127.0.0.1.example.com:4566",
    "http://localhost.example.com",
    "https://127.0.0.1:4566",
    "127.0.0.1:4566",
    "",
  ]) {
    it(`refuses ${JSON.stringify(endpoint)} as an emulator`, async () => {
      const error = await errorOf(() => front(endpoint));
      expect(error.message).to.include("loopback");
      expect(error.fix).to.match(/^Give an address/);
    });
  }

  it("accepts the loopback interface by any of its names", () => {
    for (const endpoint of ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"]) {
      expect(loopbackUrl(endpoint).port).to.equal("1");
    }
  });
});

describe("the start of the emulator", () => {
  const start = () =>
    startEmulator({ directory: DIRECTORY, credentials: ADMINISTRATOR, account: ACCOUNT });

  before(async function () {
    this.timeout(120_000);
    await installEmulator(DIRECTORY);
  });

  it("ends on stop, and a front before it reports a port in use, with a fix", async () => {
    const emulator = await start();
    const squatter = createServer().listen(0, LOOPBACK);
    await once(squatter, "listening");
    try {
      const port = (squatter.address() as { port: number }).port;
      const options = { account: ACCOUNT, administrator: ADMINISTRATOR, port };
      const error = await errorOf(() => startFront({ emulator: emulator.endpoint, ...options }));
      expect(error.message).to.include(`Port ${port}`);
      expect(error.fix).to.include("choose another port");
    } finally {
      squatter.close();
      await emulator.stop();
    }
    expect(await isUp(emulator.endpoint)).to.equal(false);
  });

  it("that ends by itself is reported by the front as a failure of the service", async () => {
    const emulator = await start();
    const options = { account: ACCOUNT, administrator: ADMINISTRATOR };
    const front = await startFront({ emulator: emulator.endpoint, ...options });
    try {
      await emulator.stop();
      const refusal = await refusalOf(clientsOf(front.endpoint).iam.send(new ListUsersCommand({})));
      expect(refusal).to.include({ code: "InternalFailure", status: 500 });
      expect(front.journal.calls().map(({ errorCode }) => errorCode)).to.deep.equal([
        "InternalFailure",
      ]);
    } finally {
      await front.stop();
    }
  });

  it("is installed once: a second call reports nothing", async () => {
    const lines: string[] = [];
    await installEmulator(DIRECTORY, (line) => lines.push(line));
    expect(lines).to.deep.equal([]);
  });

  for (const [signal, how] of [
    ["SIGKILL", "is killed outright"],
    ["SIGINT", "is interrupted"],
    ["SIGUSR2", "ends with an error that nothing catches"],
  ] as const) {
    it(`ends when its parent ${how}`, async function () {
      this.timeout(30_000);
      const parent = spawn(process.execPath, ["--import", "tsx", "-e", PARENT], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      const endpoint = await firstLine(parent);
      expect(await isUp(endpoint)).to.equal(true);
      parent.kill(signal);
      await once(parent, "exit");
      const deadline = Date.now() + 5_000;
      while ((await isUp(endpoint)) && Date.now() < deadline) await pause(50);
      expect(await isUp(endpoint)).to.equal(false);
    });
  }

  it("reports the end of its log when it does not start", async () => {
    const directory = await mkdtemp(join(tmpdir(), "sandbox-"));
    try {
      const error = await errorOf(() => startBroken(directory));
      expect(error.message).to.include("did not start");
      expect(error.message).to.include("cannot start today");
      expect(error.fix).to.include("reinstall it");
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

describe("the installation of the emulator", () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), "sandbox-"))));
  afterEach(() => rm(directory, { recursive: true }));

  it("is done by one process at a time", async () => {
    const lock = join(directory, "lock");
    let inside = 0;
    let most = 0;
    const owners: number[] = [];
    const work = async () => {
      most = Math.max(most, (inside += 1));
      await pause(20);
      inside -= 1;
    };
    const waiting = (owner: number) => owners.push(owner);
    await Promise.all([1, 2, 3].map(() => withInstallLock(lock, work, waiting)));
    expect(most).to.equal(1);
    expect(owners).to.include(process.pid);
  });

  it("takes over from a process that has died, and releases the lock after an error", async () => {
    const lock = join(directory, "lock");
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    await mkdir(lock);
    await writeFile(join(lock, "pid"), String(dead.pid));
    const failing = withInstallLock(lock, () => Promise.reject(new Error("half done")));
    expect(await failing.catch((error: Error) => error.message)).to.equal("half done");
    expect(await withInstallLock(lock, () => Promise.resolve("done"))).to.equal("done");
  });

  it("reports a missing Python", async () => {
    const error = await errorOf(() => findPython(["no-such-python", "no-such-python-either"]));
    expect(error.message).to.include("No Python was found");
    expect(error.fix).to.include("Install Python 3.10");
  });

  it("judges a Python by its version and modules", () => {
    expect(judgePython("python3", "3.10 \n")).to.deep.equal({
      command: "python3",
      version: "3.10",
    });
    const problem = (output: string) => String(judgePython("python3", output));
    expect(problem("3.9 ")).to.include("too old");
    expect(problem("2.7 ")).to.include("too old");
    expect(problem("")).to.include("unknown version");
    expect(problem("3.12 ensurepip")).to.include("lacks the module ensurepip");
  });

  const failures: Record<string, RegExp> = {
    "ERROR: Could not install packages: [Errno 28] No space left on device": /disk is full/,
    "WARNING: Retrying … Max retries exceeded with url": /cannot reach/,
    "ERROR: No matching distribution found for ministack": /cannot reach/,
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE":
      /does not match its pinned hash/,
    "because ensurepip is not available": /virtual environment/,
    "something else": /could not be installed/,
  };
  for (const [output, expected] of Object.entries(failures)) {
    it(`explains: ${output}`, () => {
      const error = explainInstallFailure("The AWS emulator", output);
      expect(error.message).to.match(expected).and.include(output);
      expect(error.fix).to.match(/\.$/);
    });
  }
});

/** Starts the emulator with an installation whose Python only prints an error. */
async function startBroken(directory: string): Promise<void> {
  const environment = join(directory, "emulator");
  const requirements = join(__dirname, "..", "..", "..", "sandbox", "aws", "requirements.txt");
  await mkdir(join(environment, "bin"), { recursive: true });
  const python = join(environment, "bin", "python");
  await writeFile(python, "#!/bin/sh\necho cannot start today\nexit 3\n", { mode: 0o755 });
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  await writeFile(join(environment, ".installed"), hash);
  await startEmulator({ directory, credentials: ADMINISTRATOR, account: ACCOUNT });
}

/** A process that starts an emulator, prints its endpoint and waits; SIGUSR2 makes it throw. */
const PARENT = `
const { startEmulator } = require(${JSON.stringify(join(__dirname, "../../../sandbox/aws/emulator.ts"))});
startEmulator(${JSON.stringify({ directory: DIRECTORY, credentials: ADMINISTRATOR, account: ACCOUNT })}).then((emulator) => {
  console.log(emulator.endpoint);
  process.on("SIGUSR2", () => { throw new Error("uncaught"); });
  setInterval(() => {}, 1000);
});
`;

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout ?? child, "data")) as [Buffer];
  return chunk.toString().trim();
}

async function isUp(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
