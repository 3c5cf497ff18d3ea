// `npm run bench:validate`: how long reading and checking all customer files takes, in a new process
// for each size, and its peak memory.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadProject } from "../src/project";
import { printTable } from "./table";

const SIZES = [50, 1_000, 5_000];

/** Makes a project of `count` customers that all use every common key. */
function makeProject(count: number): string {
  const directory = mkdtempSync(join(tmpdir(), "bench-validate-"));
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
    cpSync(join(__dirname, "..", file), join(directory, file));
  }
  mkdirSync(join(directory, "customers"));
  for (let number = 1; number <= count; number++) {
    const id = `customer-${String(number).padStart(5, "0")}`;
    const text = [
      "# yaml-language-server: $schema=../schemas/customer.schema.json",
      `name: Customer Number ${number} GmbH`,
      "repositories:",
      "  - telemetry-sdk",
      "expires: 2027-06-30",
      "keys: {1: inactive, 2: active}",
      `contact: ops-${number}@example.com`,
      `source: {system: hubspot, id: "${number}"}`,
      "",
    ].join("\n");
    writeFileSync(join(directory, "customers", `${id}.yaml`), text);
  }
  return directory;
}

function measure(directory: string): void {
  const started = process.hrtime.bigint();
  const { input, problems } = loadProject(directory, "dev", "2026-11-23");
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  if (input === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    JSON.stringify([input.customers.length, process.uptime() * 1000, milliseconds, megabytes]),
  );
}

function main(): void {
  const rows = SIZES.map((size) => {
    const directory = makeProject(size);
    const output = execFileSync(process.execPath, ["--import", "tsx", __filename, directory], {
      encoding: "utf8",
    });
    rmSync(directory, { recursive: true });
    const [customers = 0, whole = 0, load = 0, memory = 0] = JSON.parse(output) as number[];
    return [
      String(customers),
      `${whole.toFixed(0)} ms`,
      `${load.toFixed(0)} ms`,
      `${memory.toFixed(0)} MB`,
    ];
  });
  printTable(["customers", "whole process", "of which loading", "peak memory"], rows);
}

const [directory] = process.argv.slice(2);
if (directory === undefined) main();
else measure(directory);
