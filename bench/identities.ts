// `npm run bench:identities`: the same vendor twice, once with a key for each customer and once with OIDC tokens for half of
// them, each against an emulator of its own; how much longer the second takes.
import { parseArgs } from "node:util";
import { compete } from "./compare/compete";
import { Ours } from "./compare/ours";
import { printReport, type Result } from "./compare/report";
import { Vendor } from "./compare/vendor";
import { printTable } from "./table";

const HELP = `npm run bench:identities -- [--customers 1000] [--per-cell 25] [--rounds 1]

  --customers  how many; 1,000 by default
  --per-cell   about how many of them are in each cell; with 0 the stack has no cells
  --rounds     how often all is measured, each time in another order; the fastest of each is compared
`;
const BAR = 1.2;
const KEYS = "keys";
const HALF = "half OIDC";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      customers: { type: "string", default: "1000" },
      "per-cell": { type: "string", default: "25" },
      rounds: { type: "string", default: "1" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return console.log(HELP);
  const customers = wholeNumber("--customers", values.customers, 20);
  const perCell = wholeNumber("--per-cell", values["per-cell"], 0);
  const rounds = wholeNumber("--rounds", values.rounds, 1);
  const cells = perCell === 0 ? undefined : Math.ceil(customers / perCell);

  const [results, versions]: [Result[], Set<string>] = [[], new Set()];
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? [KEYS, HALF] : [HALF, KEYS]) {
      const vendor = new Vendor(customers, cells, name === HALF);
      await compete(vendor, (its, sandbox) => new Ours(its, sandbox, name), {
        pace: {},
        add: (result) => results.push(result),
        addVersions: (text) => versions.add(text),
      });
    }
  }
  const fastest = best(results);
  printReport(fastest, [...versions]);
  console.log();
  const ratios = ratiosOf(fastest);
  printTable(
    ["", `${HALF} / ${KEYS}`, "bar"],
    ratios.map(([title, ratio]) => [title, ratio.toFixed(2), BAR.toFixed(2)]),
  );
  if (ratios.some(([, ratio]) => ratio > BAR)) process.exitCode = 1;
}

/** The fastest result of each contestant in each scenario. */
function best(results: readonly Result[]): Result[] {
  const fastest = new Map<string, Result>();
  for (const one of results) {
    const key = `${one.contestant} ${one.scenario.title}`;
    const known = fastest.get(key)?.measured.wallSeconds ?? Infinity;
    if (one.measured.wallSeconds < known) fastest.set(key, one);
  }
  return [...fastest.values()];
}

/** Scenario → how many times as long it takes with half of the customers on tokens. */
function ratiosOf(results: readonly Result[]): [string, number][] {
  const seconds = (name: string, title: string) =>
    results.find(({ contestant, scenario }) => contestant === name && scenario.title === title)
      ?.measured.wallSeconds ?? NaN;
  return [...new Set(results.map(({ scenario }) => scenario.title))].map((title) => [
    title,
    seconds(HALF, title) / seconds(KEYS, title),
  ]);
}

/** @throws Error when the text of an option is not a whole number of at least that much. */
function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new Error(`expected a number of ${least} or more for ${option}, got ${text}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
