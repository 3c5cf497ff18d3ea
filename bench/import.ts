// `npx tsx bench/import.ts`: how long an import takes and how much memory at its peak, each in a
// process of its own: an export of 100,000 rows (CSV and XLSX) read by a mapping, 1,000 customers
// reconciled and written, and XLSX files of 10 MB that were crafted to take long. The bars: 5 s and
// 300 MB for 100,000 rows, 5 s for a crafted file.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planImport, type ImportRequest } from "../automation/sales/importPlan";
import { writeAll } from "../automation/sales/journal";
import { formatProblem } from "../src/problem";
import { printTable } from "./table";
import { HOSTILE, workbookOf } from "./workbooks";

const HEAD = [
  "Id",
  "Name",
  "Status",
  "Product",
  "End",
  "Mail",
  "Owner",
  "Amount",
  "Created",
  "Notes",
];

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: { grants: tagged }
    orchestrator: { grants: tagged }
`;

const MAPPING = `system: crm
ids: number
columns:
  id: Id
  name: Name
  status: Status
  products: Product
  expires: End
  contact: Mail
statuses: { Won: grant, Lost: suspend, Open: ignore }
products: { Agent: [edge-agent], Suite: [edge-agent, orchestrator] }
duplicates: any-active
dates: { format: DD/MM/YYYY, timeZone: Europe/Berlin }
`;

/** What is measured: rows of an export, and of them customers that get a file. */
interface Case {
  what: string;
  rows: number;
  /** One row in this many grants access. */
  grantsEach: number;
  /** Customers have files already, and each of them changes. */
  changes: boolean;
  format?: "xlsx";
  /** Instead of rows. */
  hostile?: () => Uint8Array;
}

const CASES: readonly Case[] = [
  { what: "100,000 rows, nothing to write", rows: 100_000, grantsEach: Infinity, changes: false },
  { what: "100,000 rows, 1,000 new customers", rows: 100_000, grantsEach: 100, changes: false },
  {
    what: "100,000 rows of XLSX, 1,000 new customers",
    rows: 100_000,
    grantsEach: 100,
    changes: false,
    format: "xlsx",
  },
  { what: "1,000 new customers", rows: 1_000, grantsEach: 1, changes: false },
  { what: "1,000 customers, each changed", rows: 1_000, grantsEach: 1, changes: true },
  ...Object.entries(HOSTILE).map(([what, hostile]): Case => ({
    what: `crafted: ${what}`,
    rows: 0,
    grantsEach: 1,
    changes: false,
    hostile,
  })),
];

function makeProject({ rows, grantsEach, changes, format, hostile }: Case): string {
  const directory = mkdtempSync(join(tmpdir(), "bench-import-"));
  mkdirSync(join(directory, "customers"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: ecr-customers\n");
  writeFileSync(join(directory, "Pulumi.dev.yaml"), SETTINGS);
  writeFileSync(join(directory, "crm.yaml"), MAPPING);
  const lines = [HEAD];
  for (let number = 1; number <= rows; number++) {
    const grants = number % grantsEach === 0;
    const name = `Customer Number ${number} GmbH`;
    lines.push([
      String(10_000_000_000 + number),
      changes ? `${name} & Co` : name,
      grants ? "Won" : number % 2 === 0 ? "Open" : "Lost",
      number % 3 === 0 ? "Suite" : "Agent",
      `31/12/2027 ${String(number % 24).padStart(2, "0")}:${String(number % 60).padStart(2, "0")}`,
      `ops-${number}@customer-${number}.example`,
      "Someone in Sales",
      String(number * 10),
      "2026-01-01 09:00",
      "some words that no one reads, with a comma",
    ]);
    if (!grants || !changes) continue;
    const text = `name: ${name}\nrepositories: [edge-agent]\nexpires: 2027-06-30\nsource: { system: crm, id: "${10_000_000_000 + number}" }\n`;
    writeFileSync(join(directory, "customers", `customer-${number}.yaml`), text);
  }
  writeFileSync(join(directory, "export"), hostile?.() ?? written(lines, format));
  return directory;
}

function written(lines: readonly (readonly string[])[], format: "xlsx" | undefined) {
  if (format === "xlsx") return workbookOf(lines);
  return lines.map((cells) => `${cells.map((cell) => `"${cell}"`).join(",")}\n`).join("");
}

async function measure(directory: string): Promise<void> {
  const request: ImportRequest = {
    directory,
    stack: "dev",
    exportPath: join(directory, "export"),
    mappingPath: join(directory, "crm.yaml"),
    removals: "report",
    today: "2026-11-23",
  };
  const started = process.hrtime.bigint();
  const { plan, problems } = await planImport(request);
  const planned = process.hrtime.bigint();
  // A crafted file is refused.
  const isMeant = problems.every(({ check }) => check.startsWith("export-"));
  if (plan === undefined && !isMeant) throw new Error(problems.map(formatProblem).join("\n"));
  if (plan !== undefined) writeAll(plan.folder, plan.writes);
  const written = process.hrtime.bigint();
  const { user, system } = process.cpuUsage();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    JSON.stringify([
      plan?.writes.length ?? 0,
      Number(planned - started),
      Number(written - planned),
      (user + system) * 1000,
      megabytes,
    ]),
  );
}

function main(): void {
  const rows = CASES.map((one) => {
    const directory = makeProject(one);
    const started = process.hrtime.bigint();
    const output = execFileSync(process.execPath, ["--import", "tsx", __filename, directory], {
      encoding: "utf8",
    });
    const whole = Number(process.hrtime.bigint() - started);
    rmSync(directory, { recursive: true });
    const [files = 0, plan = 0, write = 0, cpu = 0, memory = 0] = JSON.parse(output) as number[];
    const milliseconds = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(0)} ms`;
    const figures = [plan, write, whole, cpu].map(milliseconds);
    return [one.what, String(files), ...figures, `${memory.toFixed(0)} MB`];
  });
  printTable(
    ["import of", "files written", "plan", "write", "whole process", "processor", "peak memory"],
    rows,
  );
}

const [directory] = process.argv.slice(2);
if (directory === undefined) main();
else void measure(directory);
