// `npx tsx bench/compare.ts`: this project and Terraform doing the same job for the same customers, each against an
// AWS emulator of its own. Terraform is measured if it is installed, with the providers that it finds itself.
import { parseArgs } from "node:util";
import { compete, SPREAD, type Pace } from "./compare/compete";
import type { MakeContestant } from "./compare/contestant";
import { Ours } from "./compare/ours";
import { printReport, type Result } from "./compare/report";
import { hasTerraform, Terraform } from "./compare/terraform";
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
        const cells = perCell === undefined ? undefined : Math.ceil(size / perCell);
        await compete(new Vendor(size, cells), CONTESTANTS[name] as MakeContestant, {
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

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
