// `npm run bench:adopt-rights [FIRST] [LAST]`: adopts generated brown-field accounts, by default 200, each on an emulator of
// its own, and compares everyone's rights before and after by the emulator's answers. Fails when a right changed that
// the update had not listed.
import { digits } from "../src/counted";
import { judgeSeed, type JudgedAdoption } from "./brownfield/judgeSeed";
import { printTable } from "./table";

const FIRST = Number(process.argv[2] ?? 1);
const LAST = Number(process.argv[3] ?? 200);

/** Most accounts are small: it is their number that finds what no one thought of. */
function usersOf(seed: number): number {
  return seed % 25 === 0 ? 30 : 5 + (seed % 8);
}

async function main(): Promise<void> {
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  const begin = performance.now();
  const judged: JudgedAdoption[] = [];
  for (let seed = FIRST; seed <= LAST; seed++) {
    const found = await judgeSeed(seed, usersOf(seed), today);
    judged.push(found);
    for (const { change, arn, right } of found.hidden) {
      console.error(`seed ${seed}: ${arn} ${change} ${right}, which no line said`);
      process.exitCode = 1;
    }
  }
  const sum = (of: (one: JudgedAdoption) => number) =>
    digits(judged.reduce((total, one) => total + of(one), 0));
  printTable(
    ["accounts", "asked", "customers", "rights", "changed as listed", "not listed", "seconds"],
    [
      [
        digits(judged.length),
        sum(({ askers }) => askers),
        sum(({ customers }) => customers),
        sum(({ rights }) => rights),
        sum(({ shown }) => shown.length),
        sum(({ hidden }) => hidden.length),
        digits(Math.round((performance.now() - begin) / 1000)),
      ],
    ],
  );
}

void main();
