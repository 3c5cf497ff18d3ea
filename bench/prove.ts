// `npx tsx bench/prove.ts`: how long `access --prove` and plain `access` take, in a new process for each size,
// with ten tagged repositories.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printTable } from "./table";

const SIZES = [100, 1_000, 2_000];
const REPOSITORIES = Array.from({ length: 10 }, (_, at) => `product-${at}`);

/** Makes a project of `count` customers; one in ten is suspended, one in three has an end date. */
function makeProject(count: number): string {
  const directory = mkdtempSync(join(tmpdir(), "bench-prove-"));
  mkdirSync(join(directory, "customers"));
  const settings = REPOSITORIES.map((name) => `    ${name}: { grants: tagged }`);
  writeFileSync(join(directory, "Pulumi.yaml"), "name: ecr-customers\n");
  writeFileSync(
    join(directory, "Pulumi.dev.yaml"),
    `config:\n  aws:region: eu-central-1\n  ecr-customers:account: "123456789012"\n  ecr-customers:repositories:\n${settings.join("\n")}\n`,
  );
  for (let number = 1; number <= count; number++) {
    const some = REPOSITORIES.filter((_, at) => (number + at) % 3 !== 0);
    const lines = [`name: Customer ${number}`, `repositories: [${some.join(", ")}]`];
    if (number % 10 === 0) lines.push("status: suspended");
    if (number % 3 === 0)
      lines.push(`expires: 2027-${String((number % 12) + 1).padStart(2, "0")}-15`);
    const id = `customer-${String(number).padStart(5, "0")}`;
    writeFileSync(join(directory, "customers", `${id}.yaml`), `${lines.join("\n")}\n`);
  }
  return directory;
}

/** Runs the script in this process, as `npm run customers -- access …` does. */
async function measure(directory: string, argv: readonly string[]): Promise<void> {
  const { main } = await import("../automation/cli.js");
  const shown: string[] = [];
  const terminal = { columns: 80, print: (text: string) => shown.push(text) };
  const context = { terminal, environment: {}, directory, today: "2026-11-24", now: new Date() };
  const code = await main(["access", ...argv], context as never);
  const decisions = /([\d,]+) decisions/.exec(shown.join("\n"))?.[1] ?? "-";
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const busy = (userCPUTime + systemCPUTime) / 1e6;
  console.log(JSON.stringify([code, decisions, process.uptime(), busy, maxRSS / 1024]));
}

function main(): void {
  const rows = SIZES.flatMap((size) => {
    const directory = makeProject(size);
    const rowsOfSize = [[], ["--prove"]].map((argv) => {
      const output = execFileSync(
        process.execPath,
        ["--import", "tsx", __filename, directory, ...argv],
        { encoding: "utf8", cwd: join(__dirname, "..") },
      );
      const [code, decisions, seconds, busy, memory] = JSON.parse(output) as [
        number,
        string,
        number,
        number,
        number,
      ];
      if (code !== 0) throw new Error(`exit code ${code}`);
      const words = ["access", ...argv].join(" ");
      return [
        String(size),
        words,
        decisions,
        `${seconds.toFixed(2)} s`,
        `${busy.toFixed(2)} s`,
        `${memory.toFixed(0)} MB`,
      ];
    });
    rmSync(directory, { recursive: true });
    return rowsOfSize;
  });
  printTable(
    ["customers", "command", "decisions", "whole process", "of which CPU", "peak memory"],
    rows,
  );
}

const [directory, ...argv] = process.argv.slice(2);
if (directory === undefined) main();
else void measure(directory, argv);
