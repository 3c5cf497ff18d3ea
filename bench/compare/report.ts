import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { printTable } from "../table";
import type { Measured } from "./measure";
import type { Scenario } from "./scenarios";

/** One contestant's run of one scenario. */
export interface Result {
  contestant: string;
  customers: number;
  scenario: Scenario;
  measured: Measured;
}

const HEADS = ["wall", "CPU", "memory", "providers", "AWS requests", "AWS CPU", "others"];

/** Prints date, machine and versions, and one table of all results. */
export function printReport(results: readonly Result[], versions: readonly string[]): void {
  const names = [...new Set(results.map(({ contestant }) => contestant))];
  const pairs = new Map<string, Result[]>();
  for (const result of results) {
    const key = `${result.customers} ${result.scenario.title}`;
    pairs.set(key, [...(pairs.get(key) ?? []), result]);
  }
  console.log(`\nMeasured ${new Date().toISOString().slice(0, 10)} on ${machine()}.`);
  for (const version of versions) console.log(`- ${version}`);
  console.log(`
Wall and CPU in seconds, CPU and memory (the highest sum of resident memory) of the whole process tree.
"providers": how many processes of the AWS provider were started. "AWS CPU": the emulator and its front, on the same machine. "others": share of the machine's CPU time
that other work used; measure again if it is high. "ratio": the fastest of the others / the last one.
`);
  printTable(
    [
      "customers",
      "",
      ...names.flatMap((name) => HEADS.map((head) => `${name}: ${head}`)),
      ...(names.length > 1 ? ["ratio"] : []),
    ],
    [...pairs.values()].map((pair) => row(pair, names)),
  );
}

function row(pair: readonly Result[], names: readonly string[]): string[] {
  const [first] = pair;
  const of = (name: string) => pair.find(({ contestant }) => contestant === name)?.measured;
  const times = names.flatMap((name) => of(name)?.wallSeconds ?? []);
  const ours = times.at(-1);
  const others = times.slice(0, -1);
  const isWhole = ours !== undefined && times.length === names.length;
  const ratio = isWhole ? `${(Math.min(...others) / ours).toFixed(1)} ×` : "";
  return [
    String(first?.customers),
    first?.scenario.title ?? "",
    ...names.flatMap((name) => cells(of(name))),
    ...(names.length > 1 ? [ratio] : []),
  ];
}

/** A result's figures, in the order of the table's columns. */
export function cells(measured: Measured | undefined): string[] {
  if (measured === undefined) return HEADS.map(() => "");
  const { wallSeconds, cpuSeconds, peakBytes, requests, awsCpuSeconds, othersShare } = measured;
  return [
    wallSeconds.toFixed(1),
    cpuSeconds.toFixed(1),
    `${(peakBytes / 1e6).toFixed(0)} MB`,
    String(measured.providerStarts),
    String(requests),
    awsCpuSeconds.toFixed(1),
    `${(othersShare * 100).toFixed(0)} %`,
  ];
}

function machine(): string {
  const [first] = cpus();
  const load = readFileSync("/proc/loadavg", "latin1").split(" ")[0];
  const memory = `${(totalmem() / 1e9).toFixed(0)} GB`;
  return `${cpus().length} cores (${first?.model.trim()}), ${memory}, Node ${process.versions.node}, load ${load}`;
}
