// `npm run bench:why`: how long `why` takes with 5,000 customers and 2,000 commits, a quarter of them merges, in a new
// process, for a customer with many changes and one with a single one; and what git itself takes of it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printTable } from "./table";

const CUSTOMERS = 5_000;
const COMMITS = 2_000;
const RUNS = 3;
const ROOT = join(__dirname, "..");
const FIRST = Date.UTC(2024, 0, 1) / 1000;
const HALF_A_DAY = 43_200;

const idOf = (number: number) => `customer-${String(number).padStart(5, "0")}`;

function textOf(number: number, version: number): string {
  const month = String(1 + (version % 12)).padStart(2, "0");
  return [
    `name: Customer Number ${number} GmbH`,
    "repositories: [telemetry-sdk]",
    `expires: 2027-${month}-28`,
    `contact: ops-${number}@example.com`,
    "",
  ].join("\n");
}

const fileText = (number: number, version: number) => {
  const text = textOf(number, version);
  return `M 100644 inline customers/${idOf(number)}.yaml\ndata ${Buffer.byteLength(text)}\n${text}\n`;
};

function commitText(branch: string, at: number, merged: string, changes: string): string {
  const message = `Change ${at}`;
  return `commit refs/heads/${branch}\ncommitter Jo <jo@vendor.example> ${FIRST + at * HALF_A_DAY} +0000\ndata ${message.length}\n${message}\n${merged}${changes}\n`;
}

/** Makes the repository, packed as a clone is. */
function made(): string {
  const directory = mkdtempSync(join(tmpdir(), "bench-why-"));
  const git = (argv: string[], input = "") =>
    execFileSync("git", argv, { cwd: directory, input, stdio: ["pipe", "ignore", "pipe"] });
  git(["init", "--quiet", "--initial-branch=main"]);
  const all = Array.from({ length: CUSTOMERS }, (_, at) => fileText(at + 1, 0)).join("");
  const parts = [commitText("main", 0, "", all)];
  for (let at = 1; at < COMMITS; at++) {
    // The first customer changes at every 40th commit, the others in turn.
    const number = at % 40 === 0 ? 1 : 2 + ((at * 7919) % (CUSTOMERS - 2));
    const change = fileText(number, at);
    if (at % 4 === 0) {
      parts.push("reset refs/heads/side\nfrom refs/heads/main\n\n");
      parts.push(commitText("side", at, "", change));
      parts.push(commitText("main", at, "merge refs/heads/side\n", change));
    } else parts.push(commitText("main", at, "", change));
  }
  git(["fast-import", "--quiet"], parts.join(""));
  git(["branch", "-D", "side"]);
  git(["gc", "--quiet"]);
  git(["config", "core.commitGraph", "false"]);
  git(["reset", "--quiet", "--hard"]);
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
    cpSync(join(ROOT, file), join(directory, file));
  }
  return directory;
}

/** Wall-clock time and processor time of a command and its children, in milliseconds: the median of some runs. */
function measured(program: string, argv: string[], cwd: string): [wall: number, cpu: number] {
  const runs = Array.from({ length: RUNS }, (): [number, number] => {
    const [started, before] = [performance.now(), childTime()];
    execFileSync(program, argv, { cwd, stdio: ["ignore", "ignore", "inherit"] });
    return [performance.now() - started, childTime() - before];
  });
  const median = (at: 0 | 1) => runs.map((one) => one[at]).sort((a, b) => a - b)[RUNS >> 1] ?? 0;
  return [median(0), median(1)];
}

/** Processor time of the processes that have ended, from the shell's point of view. */
function childTime(): number {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  // utime and stime of waited-for children, in ticks of 10 ms (proc(5)).
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

function main(): void {
  const directory = made();
  try {
    const script = join(ROOT, "automation", "customers.mjs");
    const rows = [
      ["why, 50 changes", "why", idOf(1), "telemetry-sdk", "--on", "2026-03-01"],
      ["why, 1 change", "why", idOf(CUSTOMERS), "telemetry-sdk", "--on", "2025-03-01"],
      ["history, 50 changes", "history", idOf(1)],
      ["--version", "--version"],
    ].map(([what = "", ...argv]) => {
      const [wall, cpu] = measured(process.execPath, [script, ...argv], directory);
      return [what, `${wall.toFixed(0)} ms`, `${cpu.toFixed(0)} ms`];
    });
    printTable(["command", "time", "processor time"], rows);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main();
