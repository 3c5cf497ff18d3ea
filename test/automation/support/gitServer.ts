// Git's own server on this machine, with one bare repository.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const TRIES = 200;

/** A running server. */
export interface GitServer {
  /** The repository's address. */
  url: string;
  /** Runs git in the repository itself. */
  git: (...argv: string[]) => string;
  close: () => void;
}

/** Starts `git daemon`, which takes pushes of everyone on this machine. */
export async function gitServer(): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), "git-server-"));
  const directory = join(root, "registry.git");
  const git = (...argv: string[]) =>
    execFileSync("git", argv, {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", directory]);
  const port = await freePort();
  const program = join(
    execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim(),
    "git-daemon",
  );
  const argv = ["--listen=127.0.0.1", `--port=${port}`, "--enable=receive-pack", "--export-all"];
  const server = spawn(program, [...argv, `--base-path=${root}`, root], { stdio: "ignore" });
  for (let tried = 0; !(await answers(port)); tried++) {
    if (tried === TRIES) throw new Error("git daemon did not start");
    await wait(25);
  }
  return {
    ...{ url: `git://127.0.0.1:${port}/registry.git`, git },
    close: () => {
      server.kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
