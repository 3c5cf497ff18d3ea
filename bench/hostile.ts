// `npx tsx bench/hostile.ts`: how long the parser takes for the worst 64 KiB files that are known. The bar is 100 ms
// each; the first one includes the start of the process.
import { parseCustomer } from "../src/customers/parse";
import { printTable } from "./table";

const SIZE = 64 * 1024;

/** Repeats `unit` until the file has the maximum size. */
function filled(unit: string, before = ""): string {
  return before + unit.repeat(Math.floor((SIZE - before.length) / unit.length));
}

/** Adds different lines until the file has the maximum size. */
function lines(line: (index: number) => string, before = ""): string {
  let text = before;
  for (let index = 0; text.length + line(index).length <= SIZE; index++) text += line(index);
  return text;
}

const INPUTS: Readonly<Record<string, string>> = {
  "open brackets": filled("["),
  "open braces": filled("{a: "),
  "nested lists": filled("- "),
  "nested maps": filled("a: "),
  "growing indentation": lines((depth) => `${" ".repeat(depth)}a:\n`),
  "explicit keys": filled("? "),
  "one key repeated": filled("a: 1\n"),
  "many keys": lines((index) => `k${index}: 1\n`),
  "as many unknown keys as allowed": lines((index) => `expirez${index}: 1\n`).slice(0, 9_000),
  "as many wrong repositories as allowed": lines(
    (index) => `  - R${index}\n`,
    "repositories:\n",
  ).slice(0, 7_000),
  aliases: filled("*a,", "a: ["),
  tags: filled("!a "),
  documents: filled("---\n"),
  "wrong escapes": filled("\\q", 'name: "'),
  quotes: filled("'"),
  commas: filled(",", "["),
  "empty lines": filled("\n"),
  comments: filled("#\n"),
  "one long name": filled("a", "name: "),
  accents: filled("e\u0301", "name: ").slice(0, SIZE / 2),
  digits: filled("1", "awsAccount: "),
  "a long key block": filled(" \n", "pgpKey: |\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
  "a long base64": filled("QUJD", "pgpKey: "),
  "a long repository name": filled("a-", "repositories: ["),
};

const rows = Object.entries(INPUTS).map(([what, text]) => {
  const started = process.hrtime.bigint();
  const { problems } = parseCustomer(text, "acme", "acme.yaml");
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
  return [what, `${milliseconds.toFixed(0)} ms`, String(problems.length)];
});
printTable(["64 KiB of", "time", "problems"], rows);
