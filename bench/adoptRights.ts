// `npm run bench:adopt-rights -- --help`: adopts generated brown-field accounts, by default 200, each on an emulator of
// its own, and compares everyone's rights before and after by the emulator's answers. Fails when a right changed that
// the update had not listed.
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { digits } from "../src/counted";
import { judgeSeed, type JudgedAdoption } from "./brownfield/judgeSeed";
import { Resumable } from "./resumable";
import { printTable } from "./table";

/** Most accounts are small: it is their number that finds what no one thought of. */
function usersOf(seed: number): number {
  return seed % 25 === 0 ? 30 : 5 + (seed % 8);
}

async function main(): Promise<void> {
  const { first, last, fresh } = await yargs(hideBin(process.argv))
    .scriptName("npm run bench:adopt-rights --")
    .usage("$0 [first] [last]")
    .command("$0 [first] [last]", "adopt one generated account for each seed", (command) =>
      command
        .positional("first", { type: "number", default: 1, describe: "the first seed" })
        .positional("last", { type: "number", default: 200, describe: "the last seed" }),
    )
    .option("fresh", { type: "boolean", default: false, describe: "judge again what was judged" })
    .strict()
    .version(false)
    .parse();
  const [from, to] = [Number(first), Number(last)];
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  const begin = performance.now();
  const results = new Resumable<JudgedAdoption>("adopt-rights", fresh);
  const judged: JudgedAdoption[] = [];
  for (let seed = from; seed <= to; seed++) {
    const found = await results.result(
      `seed ${seed}`,
      () => judgeSeed(seed, usersOf(seed), today),
      ({ hidden }) => hidden.length === 0,
    );
    judged.push(found);
    for (const { change, arn, right } of found.hidden) {
      console.error(`seed ${seed}: ${arn} ${change} ${right}, which no line said`);
    }
    console.error(
      `seed ${seed} of ${from} to ${to}: ${found.rights} rights, ${found.shown.length} changed as listed, ${found.hidden.length} not listed`,
    );
  }
  const sum = (of: (one: JudgedAdoption) => number) =>
    judged.reduce((total, one) => total + of(one), 0);
  const hidden = sum((one) => one.hidden.length);
  printTable(
    ["accounts", "asked", "customers", "rights", "changed as listed", "not listed", "seconds"],
    [
      [
        digits(judged.length),
        digits(sum(({ askers }) => askers)),
        digits(sum(({ customers }) => customers)),
        digits(sum(({ rights }) => rights)),
        digits(sum(({ shown }) => shown.length)),
        digits(hidden),
        digits(Math.round((performance.now() - begin) / 1000)),
      ],
    ],
  );
  if (hidden > 0) process.exitCode = 1;
  console.log(
    hidden === 0
      ? `PASSED: no right of ${digits(judged.length)} accounts changed unlisted.`
      : `FAILED: ${digits(hidden)} rights changed unlisted.`,
  );
}

void main();
