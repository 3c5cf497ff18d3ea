// `npx tsx bench/compare.ts`: this project and Terraform doing the same job for the same customers, each against an
// AWS emulator of its own. Terraform is measured if it is installed, with the providers that it finds itself.
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createAssumedRepositories } from "../sandbox/repositories";
import { startSandbox, type Sandbox } from "../sandbox/sandbox";
import type { MakeContestant } from "./compare/contestant";
import { judge } from "./compare/judge";
import { measure } from "./compare/measure";
import { Ours } from "./compare/ours";
import { cells, printReport, type Result } from "./compare/report";
import { SCENARIOS } from "./compare/scenarios";
import { hasTerraform, Terraform } from "./compare/terraform";
import { traceOf } from "./compare/trace";
import { Vendor } from "./compare/vendor";

const HELP = `npx tsx bench/compare.ts [--sizes 50,200,500] [--only ours|terraform|terraform-32] [--per-cell N]
                              [--latency MS] [--rate N] [--trace FILE]

  --sizes     numbers of customers; 50,200,500 by default
  --only      measure one contestant instead of all; terraform-32 is Terraform with -parallelism=32
  --per-cell  about how many customers this project puts into each stack; by default all in one
  --latency   milliseconds added to each call to AWS, give or take 30 % (the same in each run)
  --rate      IAM's writes, and its reads, beyond this number a second are throttled
  --trace     writes each call to AWS of each run, with when it began and ended, to this file

Terraform is \`terraform\` on PATH; TF_CLI_CONFIG_FILE, TF_CLI_ARGS_apply and TF_CLI_ARGS_plan are passed on to it.
NODE_OPTIONS is passed on to this project's script and provider, PULUMI_OPTION_PROFILING to its engine,
ECR_CUSTOMERS_UNCHANGED_SDK to its script.
`;
const CONTESTANTS: Readonly<Record<string, MakeContestant>> = {
  terraform: (vendor, sandbox) => new Terraform(vendor, sandbox),
  "terraform-32": (vendor, sandbox) => new Terraform(vendor, sandbox, 32),
  ours: (vendor, sandbox) => new Ours(vendor, sandbox),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sizes: { type: "string", default: "50,200,500" },
      only: { type: "string" },
      "per-cell": { type: "string" },
      latency: { type: "string" },
      rate: { type: "string" },
      trace: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const sizes = values.sizes.split(",").map(Number);
  const known = Object.keys(CONTESTANTS);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 20)) {
    throw new Error(`expected numbers of 20 or more for --sizes, got ${values.sizes}`);
  }
  if (values.only !== undefined && !known.includes(values.only)) {
    throw new Error(`expected one of ${known.join(", ")} for --only, got ${values.only}`);
  }
  const perCell = positive("--per-cell", values["per-cell"]);
  const pace = {
    latency: positive("--latency", values.latency),
    rate: positive("--rate", values.rate),
  };
  let names = values.only === undefined ? known : [values.only];
  if (names.some(isTerraform) && !(await hasTerraform())) {
    console.error("`terraform` is not on PATH: measuring this project only.");
    names = names.filter((name) => !isTerraform(name));
  }

  const [results, versions]: [Result[], Set<string>] = [[], new Set()];
  try {
    for (const size of sizes) {
      for (const name of names) {
        await compete(size, CONTESTANTS[name] as MakeContestant, {
          cells: perCell === undefined ? undefined : Math.ceil(size / perCell),
          pace,
          trace: values.trace,
          add: (result) => results.push(result),
          addVersions: (text) => versions.add(text),
        });
      }
    }
  } finally {
    printReport(results, [...versions, ...paceWords(pace)]);
  }
}

function isTerraform(name: string): boolean {
  return name.startsWith("terraform");
}

/** @throws Error when the text of an option is not a number above 0. */
function positive(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(Number.isInteger(number) && number > 0)) {
    throw new Error(`expected a number above 0 for ${option}, got ${text}`);
  }
  return number;
}

/** How slow AWS is made. */
interface Pace {
  latency?: number;
  rate?: number;
}

const SPREAD = 0.3;

function setPace({ faults }: Sandbox["front"], { latency, rate }: Pace): void {
  if (latency !== undefined) {
    faults.spreadDelay({ milliseconds: latency, spread: SPREAD, seed: 1 });
  }
  if (rate !== undefined) faults.limitRate(rate);
}

function paceWords({ latency, rate }: Pace): string[] {
  return [
    ...(latency === undefined
      ? []
      : [`${latency} ms ± ${SPREAD * 100} % added to each call to AWS`]),
    ...(rate === undefined
      ? []
      : [`IAM throttles beyond ${rate} writes and ${rate} reads a second`]),
  ];
}

interface Round {
  cells?: number;
  pace: Pace;
  /** File to which the calls are appended. */
  trace?: string;
  add(result: Result): void;
  addVersions(versions: string): void;
}

/** Runs one contestant through all scenarios, with an emulator and files of its own. */
async function compete(size: number, make: MakeContestant, round: Round): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "ecr-customers-bench-home-"));
  const vendor = new Vendor(size, round.cells);
  const sandbox = await startSandbox({ home, progress: (line) => console.error(line) });
  try {
    await createAssumedRepositories(sandbox.aws, vendor.load().config.repositories);
    const contestant = make(vendor, sandbox);
    await contestant.prepare();
    round.addVersions(await contestant.versions());
    for (const scenario of SCENARIOS) {
      const changed = scenario.edit?.(vendor);
      setPace(sandbox.front, round.pace);
      const measured = await measure(contestant.command(scenario.operation), sandbox.front);
      console.error([contestant.name, size, scenario.title, ...cells(measured)].join(" | "));
      round.add({ contestant: contestant.name, customers: size, scenario, measured });
      sandbox.front.faults.clear();
      if (round.trace !== undefined) {
        const title = `${contestant.name}, ${size} customers: ${scenario.title}`;
        appendFileSync(round.trace, traceOf(title, sandbox.front.journal.calls()));
      }
      await judge(vendor, sandbox, changed);
      sandbox.front.journal.reset();
    }
  } finally {
    await sandbox.stop();
    vendor.discard();
    rmSync(home, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
