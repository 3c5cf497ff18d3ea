// A program for crash.test.ts: a hand-over that is killed by SIGKILL just before its k-th change on disk.
// tsx compiles named imports of node:fs to properties that are read at each call, so the calls can be counted here.
import fs from "node:fs";

const [root = "", k = ""] = process.argv.slice(2);
const CHANGES = [
  "mkdirSync",
  "openSync",
  "writeSync",
  "fsyncSync",
  "writeFileSync",
  "fchmodSync",
  "renameSync",
] as const;

async function main(): Promise<void> {
  const { deliver } = await import("../../../../automation/handover/deliver.js");
  const { acmeIn } = await import("./onDisk.js");
  const request = acmeIn(root);
  // Loaded before counting: loading a module opens files too.
  await import("age-encryption");
  let left = Number(k);
  for (const name of CHANGES) {
    const original = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (--left === 0) process.kill(process.pid, "SIGKILL");
        return original(...args);
      },
    });
  }
  await deliver(request);
}

void main();
