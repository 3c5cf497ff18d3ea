// `npm run bench:silence`: the longest time without a sign of life in each command for 300 customers, as a CI
// log sees it (stdout and stderr are pipes). The bar is 2 seconds, from the start of the process to its end.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAssumedRepositories } from "../sandbox/repositories";
import { startSandbox } from "../sandbox/sandbox";
import type { Command } from "./compare/contestant";
import { Ours } from "./compare/ours";
import { Vendor } from "./compare/vendor";
import { printTable } from "./table";

const CUSTOMERS = 300;

/** A command as a user runs it, and an edit of the files before it. */
const RUNS: readonly { argv: readonly string[]; edit?: (vendor: Vendor) => string }[] = [
  { argv: ["validate"] },
  { argv: ["access"] },
  { argv: ["preview"] },
  { argv: ["up", "--yes"] },
  { argv: ["preview"] },
  { argv: ["up", "--yes"], edit: (vendor) => vendor.addOne() },
  { argv: ["preview", "--refresh"] },
  { argv: ["up", "--yes", "--refresh"] },
  { argv: ["drift"] },
  { argv: ["doctor"] },
  { argv: ["keys", "status"] },
  { argv: ["handover", "--dry-run"] },
];

interface Silence {
  seconds: number;
  longest: number;
  /** Seconds after the start at which the longest silence began. */
  from: number;
  exitCode: number | null;
}

/** Runs a command to its end, whatever its exit code is, and measures its silences. */
function listen({ argv: [program, ...args], cwd, env }: Command): Promise<Silence> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let last = started;
    let longest = { length: 0, from: 0 };
    const heard = () => {
      const now = performance.now();
      if (now - last > longest.length) longest = { length: now - last, from: last - started };
      last = now;
    };
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    child.on("error", reject);
    child.on("close", (exitCode) => {
      heard();
      resolve({
        seconds: (last - started) / 1000,
        longest: longest.length / 1000,
        from: longest.from / 1000,
        exitCode,
      });
    });
  });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-silence-"));
  const sandbox = await startSandbox({ home: join(folder, "home"), progress: console.error });
  const vendor = new Vendor(CUSTOMERS);
  try {
    await createAssumedRepositories(sandbox.aws, vendor.load().config.repositories);
    const ours = new Ours(vendor, sandbox);
    await ours.prepare();
    const rows: string[][] = [];
    for (const { argv, edit } of RUNS) {
      edit?.(vendor);
      const heard = await listen(ours.run(argv));
      rows.push([
        [...argv, edit && "(one added)"].filter(Boolean).join(" "),
        String(heard.exitCode),
        heard.seconds.toFixed(1),
        heard.longest.toFixed(1),
        heard.from.toFixed(1),
      ]);
    }
    printTable(["command", "exit code", "seconds", "longest silence", "which began at"], rows);
  } finally {
    await sandbox.stop();
    vendor.discard();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\nload: ${execFileSync("uptime", { encoding: "utf8" }).trim()}`);
}

void main();
