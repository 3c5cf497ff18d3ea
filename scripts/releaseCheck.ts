// Before a release: gives this version and an older one the same generated vendors, and compares the answers that
// their documents give to every principal on every repository, action and date. Then compares what both declare for the
// older version's own fixture vendor: a change needs a line in CHANGELOG.md. Exits with 1 at a difference without one.
//
//   npx tsx scripts/releaseCheck.ts v0.1.0
//   npx tsx scripts/releaseCheck.ts ../vendor/node_modules/ecr-customers --vendors 200 --seed 7
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import yargs from "yargs";
import { version } from "../package.json";
import { loadProject } from "../src/project";
import { compareAnswers } from "./release/answers";
import type { Declared } from "./release/declaredBy";
import { declaredSince } from "./release/declaredResources";
import { changedResources, missingReleaseNote } from "./release/upgradeNotes";
import { knownKeys, writeVendors } from "./release/vendors";
import { counted } from "../src/counted";

const ROOT = join(__dirname, "..");
const SHOWN = 20;

async function main(): Promise<void> {
  const { older, vendors, seed } = await yargs(process.argv.slice(2))
    .command("$0 <older>", "Compares the answers of an older version's documents with this one's")
    .positional("older", {
      type: "string",
      demandOption: true,
      describe: "a git commit, or the folder of an installed package",
    })
    .option("vendors", { type: "number", default: 100, describe: "how many are generated" })
    .option("seed", { type: "number", default: Date.now() % 1_000_000 })
    .strict()
    .parse();
  const folder = mkdtempSync(join(tmpdir(), "release-check-"));
  const sources = join(ROOT, ".sandbox", "release-check", String(process.pid));
  try {
    const program = existsSync(older) ? resolve(older) : sourcesOf(older, sources);
    const folders = writeVendors(join(folder, "vendors"), vendors, seed, knownKeys(program));
    const before = render(program, join(folder, "before.json"), folders);
    const now = render(ROOT, join(folder, "now.json"), folders);
    report(folders, before, now, `${vendors} vendors of seed ${seed}, ${older} and this version`);
    await reportDeclared(program, older);
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(sources, { recursive: true, force: true });
  }
}

/** A commit's sources, below this folder, so that its packages are found. */
function sourcesOf(commit: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync("git", ["archive", commit], { cwd: ROOT, maxBuffer: 1 << 28 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  return folder;
}

function render(version: string, result: string, folders: readonly string[]): Declared[][] {
  const script = join(__dirname, "release", "render.ts");
  execFileSync("node", ["--import", "tsx", script, version, result, ...folders], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return JSON.parse(readFileSync(result, "utf8")) as Declared[][];
}

function report(
  folders: readonly string[],
  before: readonly Declared[][],
  now: readonly Declared[][],
  subject: string,
): void {
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  let answers = 0;
  const differences: string[] = [];
  const changed = new Set<string>();
  for (const [at, folder] of folders.entries()) {
    const { input } = loadProject(folder, "prod", today);
    if (input === undefined) throw new Error(`${folder} has a problem`);
    const [old = [], next = []] = [before[at], now[at]];
    const compared = compareAnswers(old, next, input);
    answers += compared.answers;
    differences.push(...compared.differences);
    for (const one of changedResources(listOf(old), listOf(next))) {
      changed.add(one.replace(/ \S+(?=:)/, ""));
    }
  }
  for (const one of changed) console.log(`An upgrade changes ${one}`);
  for (const one of differences.slice(0, SHOWN)) console.log(one);
  const count =
    differences.length === 0 ? "no difference" : counted(differences.length, "difference");
  console.log(`${subject}: ${answers} answers compared, ${count}`);
  if (differences.length > 0) process.exitCode = 1;
}

/** Compares with the older version's own list, whatever the list of the last release in this clone says. */
async function reportDeclared(program: string, older: string): Promise<void> {
  const declared = await declaredSince(program);
  if (declared === undefined) {
    console.log(`${older} has no list of declared resources: a package has none, a commit does.`);
    return;
  }
  const changed = changedResources(declared.before, declared.now);
  for (const one of changed) console.log(`Since ${older}: ${one}`);
  const count = Object.keys(declared.before).length;
  console.log(
    `${counted(count, "resource")} of the fixture vendor of ${older}: ${changed.length === 0 ? "no difference" : counted(changed.length, "difference")}`,
  );
  const problem = missingReleaseNote(
    changed,
    readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"),
    nextVersion(program),
  );
  if (problem === undefined) return;
  console.log(problem);
  process.exitCode = 1;
}

/** This version's number, or none as long as it is that of the older one: then its changes are unreleased. */
function nextVersion(program: string): string {
  const older = JSON.parse(readFileSync(join(program, "package.json"), "utf8")) as {
    version: string;
  };
  return older.version === version ? "" : version;
}

function listOf(declared: readonly Declared[]): Record<string, Declared["inputs"]> {
  return Object.fromEntries(declared.map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));
}

void main();
