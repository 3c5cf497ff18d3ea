// `npm run bench:preview`: what the script adds to the engine's own time in a preview without changes,
// and how long `validate` and `access` take for 1,000 customers. Runs in a sandbox of its own.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { DemoProject } from "../sandbox/demoProject";
import { createAssumedRepositories } from "../sandbox/repositories";
import { startSandbox } from "../sandbox/sandbox";
import { printTable } from "./table";

const ROOT = join(__dirname, "..");
const RUNS = 5;
const CUSTOMERS = 1_000;

/** Wraps the engine in a script that logs how long each run took, in milliseconds. */
function timedEngine(directory: string, executable: string, log: string): void {
  const script = `#!/bin/sh
start=$(date +%s%N)
'${executable}' "$@"
code=$?
echo "$1 $(( ($(date +%s%N) - start) / 1000000 ))" >> '${log}'
exit $code
`;
  writeFileSync(join(directory, "pulumi"), script);
  chmodSync(join(directory, "pulumi"), 0o755);
}

/** Asynchronous, because this process also serves the sandbox's AWS. */
function script(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const started = process.hrtime.bigint();
  const args = [join(ROOT, "automation/customers.mjs"), ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    child.on("close", (code) =>
      code === 0
        ? resolve(Number(process.hrtime.bigint() - started) / 1e6)
        : reject(new Error(`${argv.join(" ")} exited with ${code}`)),
    );
  });
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-preview-"));
  const sandbox = await startSandbox({ home: join(folder, "home"), progress: () => {} });
  try {
    const log = join(folder, "engine.log");
    timedEngine(folder, sandbox.engine.executable, log);
    const project = new DemoProject(join(folder, "project"), sandbox.environment);
    await createAssumedRepositories(sandbox.aws, project.load().config.repositories);
    await project.pulumi("stack", "init");
    await project.pulumi("up", "--yes", "--skip-preview");
    const env = {
      ...sandbox.environment,
      PATH: `${folder}${delimiter}${sandbox.environment["PATH"]}`,
    };
    const previews: number[] = [];
    const engines: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      rmSync(log, { force: true });
      previews.push(await script(["preview"], project.directory, env));
      const lines = readFileSync(log, "utf8").trim().split("\n");
      // The only other run is `pulumi version`, which is short.
      engines.push(Math.max(...lines.map((line) => Number(line.split(" ").at(-1)))));
    }
    const bare: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const started = process.hrtime.bigint();
      await project.pulumi("preview");
      bare.push(Number(process.hrtime.bigint() - started) / 1e6);
    }
    const added = previews.map((time, run) => time - (engines[run] ?? 0));

    for (let number = 1; number <= CUSTOMERS; number++) {
      writeFileSync(
        project.customerFile(`customer-${String(number).padStart(4, "0")}`),
        `name: Customer ${number}\nrepositories: [telemetry-sdk]\nexpires: 2027-06-30\n`,
      );
    }
    const offline: Record<string, number[]> = { validate: [], access: [] };
    for (let run = 0; run < RUNS; run++) {
      for (const [command, times] of Object.entries(offline)) {
        times.push(await script([command], project.directory, env));
      }
    }
    const milliseconds = (time: number) => `${time.toFixed(0)} ms`;
    printTable(
      ["what", `median of ${RUNS}`, "bar"],
      [
        ["preview without changes, total", milliseconds(median(previews)), ""],
        ["of which the engine's process", milliseconds(median(engines)), ""],
        ["before and after that process", milliseconds(median(added)), ""],
        ["plain `pulumi preview`", milliseconds(median(bare)), ""],
        ["added by the script", milliseconds(median(previews) - median(bare)), "700 ms"],
        ["validate, 1,000 customers", milliseconds(median(offline["validate"] ?? [])), "1000 ms"],
        ["access, 1,000 customers", milliseconds(median(offline["access"] ?? [])), "1000 ms"],
      ],
    );
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\nload: ${execFileSync("uptime", { encoding: "utf8" }).trim()}`);
}

void main();
