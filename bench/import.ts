// `npx tsx bench/import.ts`: how long the `import` command takes from its start to its end, and how much
// memory at its peak: for an export of 100,000 rows (CSV and XLSX) read by a mapping, 1,000 customers
// reconciled and written, and XLSX files of 10 MB that were crafted to take long. The bars: 5 s and
// 300 MB for 100,000 rows, 5 s for a crafted file. On a machine with other work, compare processor times.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Prints processor time in ms and peak memory in KB of the process that loads it. */
const REPORT = `data:text/javascript,process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  console.error("\\n" + JSON.stringify([(user + system) / 1000, maxRSS]));
});`;

const SCRIPT = join(__dirname, "..", "automation", "customers.mjs");
const IMPORT = "import export --mapping crm.yaml --stack dev --write".split(" ");

function measure({ what, hostile }: Case, directory: string): string[] {
  const started = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--import", REPORT, SCRIPT, ...IMPORT],
    { cwd: directory, encoding: "utf8", maxBuffer: Infinity },
  );
  const wall = Number(process.hrtime.bigint() - started) / 1e6;
  // A crafted file is refused.
  const isMeant = hostile === undefined ? status === 0 : stderr.includes("[export-");
  if (!isMeant) throw new Error(`${what}: exit ${status}\n${stdout}${stderr}`);
  const figures = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as [number, number];
  const [processor, kilobytes] = figures;
  const files = readdirSync(join(directory, "customers")).filter((name) => name.endsWith(".yaml"));
  return [
    what,
    String(files.length),
    `${wall.toFixed(0)} ms`,
    `${processor.toFixed(0)} ms`,
    `${(kilobytes / 1024).toFixed(0)} MB`,
  ];
}

function main(): void {
  const rows = CASES.map((one, at) => {
    // In a process of its own: a process begins with the peak of the one that starts it.
    const make = ["--import", "tsx", __filename, String(at)];
    const directory = execFileSync(process.execPath, make, { encoding: "utf8" }).trim();
    try {
      return measure(one, directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
  printTable(
    ["import of", "customer files", "whole command", "processor time", "peak memory"],
    rows,
  );
}

const [number] = process.argv.slice(2);
const made = number === undefined ? undefined : CASES[Number(number)];
if (made === undefined) main();
else console.log(makeProject(made));
