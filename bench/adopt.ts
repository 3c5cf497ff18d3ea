// `npm run bench:adopt [USERS] [MILLISECONDS]`: how long the plan of an adoption takes, as its own process, in a
// brown-field account on the sandbox's emulator, with each call to AWS delayed.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../sandbox/sandbox";
import { digits } from "../src/counted";
import { brownField } from "./brownfield/generate";
import { plantField } from "./brownfield/plant";
import { settingsText } from "./brownfield/settingsText";
import { printTable } from "./table";

const USERS = Number(process.argv[2] ?? 500);
const DELAY = Number(process.argv[3] ?? 100);
const RUNS = 3;
const SCRIPT = join(__dirname, "..", "automation", "customers.mjs");

interface Planned {
  pullers: readonly unknown[];
  customers: readonly unknown[];
}

/** Asynchronous, because this process also serves the sandbox's AWS. */
async function planned(directory: string, environment: NodeJS.ProcessEnv): Promise<Planned> {
  const argv = [SCRIPT, "adopt", "--json", "--stack", "dev", "--tag", "role=customer"];
  const options = ["--accounts", "all"];
  const child = spawn(process.execPath, [...argv, ...options], {
    cwd: directory,
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let written = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (written += text));
  await once(child, "close");
  return JSON.parse(written) as Planned;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-adopt-"));
  const sandbox = await startSandbox({ home: join(folder, "home"), progress: () => {} });
  const field = brownField(500, USERS);
  const rows: string[][] = [];
  try {
    await plantField(field, sandbox.aws);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: bench\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), settingsText(field));
    const { faults, journal } = sandbox.front;
    faults.delay(DELAY);
    const environment = { PATH: process.env["PATH"], ...sandbox.environment };
    for (let run = 0; run < RUNS; run++) {
      const [begin, before] = [performance.now(), journal.calls().length];
      const { pullers, customers } = await planned(folder, environment);
      const seconds = ((performance.now() - begin) / 1000).toFixed(1);
      const calls = digits(journal.calls().length - before);
      rows.push([
        digits(USERS),
        `${DELAY}`,
        seconds,
        calls,
        `${pullers.length}`,
        `${customers.length}`,
      ]);
    }
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  printTable(["users", "ms a call", "seconds", "calls", "can pull", "customers"], rows);
  console.log(`\nload: ${execFileSync("uptime", { encoding: "utf8" }).trim()}`);
}

void main();
