import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../../sandbox/paths";
import { descendantsOf, killIfAlive, type Process } from "./processes";
import type { SandboxProject } from "./sandboxProject";
import type { Running } from "./withSandbox";

/** Makes a test's project one that the engine can run by itself. */
export function completeProject(project: SandboxProject): void {
  for (const entry of ["index.ts", "package.json", "src", "tsconfig.json"]) {
    cpSync(join(PROJECT, entry), join(project.directory, entry), { recursive: true });
  }
  symlinkSync(join(PROJECT, "node_modules"), join(project.directory, "node_modules"));
}

/** Starts the engine as an operator does, without the script. */
export function pulumi({ project, sandbox }: Running, ...args: string[]): ChildProcess {
  return spawn(sandbox.engine.executable, [...args, "--stack", "dev", "--non-interactive"], {
    cwd: project.directory,
    env: project.environment,
    stdio: "ignore",
  });
}

/** Runs the engine as an operator does, to its end. @returns its exit code and all that it printed. */
export async function pulumiByHand(
  { project, sandbox }: Running,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const engine = spawn(
    sandbox.engine.executable,
    [...args, "--stack", "dev", "--non-interactive", "--color", "never"],
    { cwd: project.directory, env: project.environment, stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  for (const stream of [engine.stdout, engine.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = (await once(engine, "close")) as [number | null];
  return { code, output };
}

/**

/**
 * Runs `pulumi up` and kills it with SIGKILL just as its k-th write reaches AWS.
 *
 * @returns whether it lived until then.
 */
export async function killedUp(running: Running, write: number): Promise<boolean> {
  const engine = pulumi(running, "up", "--yes", "--skip-preview");
  let wasKilled = false;
  let orphans: Process[] = [];
  running.sandbox.front.faults.atCall(write, () => {
    orphans = descendantsOf(engine.pid ?? 0);
    wasKilled = engine.kill("SIGKILL");
  });
  await once(engine, "exit");
  // What the provider had sent when its engine died still reaches AWS. Then end what is left: the
  // program's host does not notice that its engine is gone.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const { pid } of orphans) killIfAlive(pid);
  return wasKilled;
}
